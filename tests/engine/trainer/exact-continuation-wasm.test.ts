import { describe } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { describeContinuation } from './exact-continuation.ts';

describe('training on wasm', () => {
  describeContinuation(() => startBackend('wasm'));
});
