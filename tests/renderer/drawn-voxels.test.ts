import { describe, expect, it } from 'vitest';
import { grown, shrunk } from '../../src/renderer/pages/regions/drawn-voxels.ts';

describe('a drawing', () => {
  const sides = [3, 3, 1] as const;
  const cross = Uint8Array.from([0, 1, 0, 1, 1, 1, 0, 1, 0]);

  it('grows over faces, but only into voxels that are allowed', () => {
    const point = Uint8Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(grown(point, sides, new Uint8Array(9).fill(1))).toEqual(cross);
    expect([...grown(point, sides, Uint8Array.from([0, 1, 0, 0, 1, 0, 0, 0, 0]))]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0]);
  });

  it('shrinks to what has no face to the outside', () => {
    expect([...shrunk(cross, sides)]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    // It does not leave the grid there: its border is no outside.
    expect(shrunk(new Uint8Array(9).fill(1), sides)).toEqual(new Uint8Array(9).fill(1));
  });
});
