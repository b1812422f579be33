import { describe, expect, it } from 'vitest';
import { shuffledTrainingOrder } from '../../src/main/dataset/sample-shuffle.ts';

describe('shuffling voxels between training samples', () => {
  const stimuli = Array.from({ length: 70 }, (_, i) => i % 10);

  it('is a permutation, the same for the same seed', () => {
    const order = shuffledTrainingOrder(stimuli, 3);
    expect([...order].sort((a, b) => a - b)).toEqual(stimuli.map((_, i) => i));
    expect(shuffledTrainingOrder(stimuli, 3)).toEqual(order);
    expect(shuffledTrainingOrder(stimuli, 4)).not.toEqual(order);
  });

  it('leaves a stimulus its own responses as often as chance does, no more and no less', () => {
    let kept = 0;
    for (let seed = 0; seed < 200; seed++) {
      shuffledTrainingOrder(stimuli, seed).forEach((from, to) => {
        if (stimuli[from] === stimuli[to]) kept++;
      });
    }
    // Expected: 70 x 6 / 69 and the sample itself, 1 in 70: 7 per shuffle.
    expect(kept / 200).toBeGreaterThan(6.2);
    expect(kept / 200).toBeLessThan(7.8);
  });

  it('never returns the true pairing of a handful of samples, unless there is only one stimulus', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect([...shuffledTrainingOrder([4, 7], seed)]).toEqual([1, 0]);
      expect(shuffledTrainingOrder([4, 4], seed).length).toBe(2);
    }
  });
});
