import { describe, expect, it } from 'vitest';
import { allowedSilence, UNMEASURED_SILENCE } from '../../../src/main/engine/process/allowed-silence.ts';

const progress = { type: 'progress', phase: 'training', step: 5, steps: 100, samplesPerSecond: 32, secondsLeft: 1 } as const;

describe('how long an engine may be silent', () => {
  it('is two minutes between quick steps', () => {
    expect(allowedSilence(progress, 16)).toBe(120);
  });

  it('grows with the steps, so that a big network on a slow computer is not taken for dead', () => {
    // Half a minute a step.
    expect(allowedSilence({ ...progress, samplesPerSecond: 0.5 }, 16)).toBeGreaterThanOrEqual(600);
  });

  it.each([
    ['before a step was measured, which compiles', { samplesPerSecond: null }],
    ['after the last step, when reconstructions are drawn', { step: 100 }],
    ['outside of training', { phase: 'evaluating', step: 0, steps: 0, samplesPerSecond: null }],
  ] as const)('is generous %s', (_, change) => {
    expect(allowedSilence({ ...progress, ...change }, 16)).toBe(UNMEASURED_SILENCE);
  });
});
