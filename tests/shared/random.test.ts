import { describe, expect, it } from 'vitest';
import { Random } from '../../src/shared/random.ts';

describe('random numbers', () => {
  it('follow xoshiro128** as published', () => {
    // Reference: the recurrence written with BigInt, independent of the 32-bit tricks of the implementation.
    const random = new Random(0);
    random.state = [1, 2, 3, 4];
    const state = [1n, 2n, 3n, 4n];
    const mask = 0xffffffffn;
    const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (32n - by))) & mask;
    for (let i = 0; i < 100; i++) {
      const expected = (rotate((state[1] * 5n) & mask, 7n) * 9n) & mask;
      const shifted = (state[1] << 9n) & mask;
      state[2] ^= state[0];
      state[3] ^= state[1];
      state[1] ^= state[2];
      state[0] ^= state[3];
      state[2] ^= shifted;
      state[3] = rotate(state[3], 11n);
      expect(BigInt(random.bits())).toBe(expected);
    }
  });

  it('are the same for the same seed and stream, and unrelated for others', () => {
    const draw = (seed: number, stream?: string) => Array.from({ length: 1000 }, nextOf(new Random(seed, stream)));
    expect(draw(7, 'noise')).toEqual(draw(7, 'noise'));
    for (const other of [draw(8, 'noise'), draw(7, 'order'), draw(7)]) {
      expect(Math.abs(correlation(draw(7, 'noise'), other))).toBeLessThan(0.12);
    }
  });

  it('are standard normal', () => {
    const values = new Random(1).normals(40_000);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const within = values.filter((value) => Math.abs(value) < 1).length / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(within).toBeCloseTo(0.6827, 1);
  });

  it('truncate without piling up at the limit', () => {
    const random = new Random(2);
    const values = Array.from({ length: 5000 }, () => random.truncatedNormal(1));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(values.filter((value) => Math.abs(value) > 0.999).length).toBeLessThan(20);
  });

  it('permute without losing or repeating', () => {
    const order = Array.from(new Random(3).permutation(100));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

function nextOf(random: Random): () => number {
  return () => random.uniform();
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const centre = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centre(a), centre(b)];
  const dot = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
