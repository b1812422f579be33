import { describe, expect, it } from 'vitest';
import { regionCombinations } from '../../src/main/dataset/region-combinations.ts';

describe('combinations of regions', () => {
  it('are told apart for every voxel, and only those that occur are named', () => {
    const regions = [
      { name: 'V1', voxels: [0, 1, 2] },
      { name: 'V2', voxels: [2, 3] },
      { name: 'early', voxels: [0, 1, 2, 3] },
    ];
    const { ofVoxel, combinations } = regionCombinations(regions, 6);
    expect(combinations).toEqual([
      { regions: [0, 2], voxels: 2 },
      { regions: [0, 1, 2], voxels: 1 },
      { regions: [1, 2], voxels: 1 },
      { regions: [], voxels: 2 },
    ]);
    expect([...ofVoxel]).toEqual([0, 0, 1, 2, 3, 3]);
  });
});
