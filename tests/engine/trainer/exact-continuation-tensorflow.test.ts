import { describe } from 'vitest';
import { computeDeterministically } from '../../../src/main/engine/backends/determinism.ts';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { describeContinuation } from './exact-continuation.ts';

// Without the native engine in the cache there is nothing to test: run `npm run cortext -- engine install`.
describe.skipIf(findInstallation('cpu') === null)('deterministic training on the native engine', () => {
  describeContinuation(() => {
    computeDeterministically();
    return startBackend('tensorflow');
  });
});
