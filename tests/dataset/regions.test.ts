import { describe, expect, it } from 'vitest';
import { regionOverlaps, selectRegions } from '../../src/main/dataset/regions.ts';
import { failureOf, recordingFixture } from './recording-fixture.ts';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const metadata = recordingFixture({
  stimulus: [0, 1],
  voxels: 100,
  regions: [
    { name: 'V1', voxels: range(0, 30) },
    { name: 'V2', voxels: range(28, 50) },
    { name: 'V3', voxels: range(50, 60) },
    { name: 'LVC', voxels: range(0, 60) },
    { name: 'ROI_FFA', voxels: range(70, 80) },
  ],
});

describe('selecting regions', () => {
  it('gives them in the order asked for', () => {
    expect(selectRegions(metadata, ['V3', 'V1']).map(({ name }) => name)).toEqual(['V3', 'V1']);
  });

  it('names the available ones, and the nearest, for one that does not exist', () => {
    const failure = failureOf(() => selectRegions(metadata, ['V1', 'v2 ']));
    expect(failure).toMatchObject({ code: 'REGION_UNKNOWN' });
    expect(String(failure)).toContain('did you mean V2?');
    expect(failure).toHaveProperty('hint', expect.stringMatching(/V1 \(30 voxels\).*LVC \(60 voxels\)/));
    expect(String(failureOf(() => selectRegions(metadata, ['FFA'])))).toContain('did you mean ROI_FFA?');
    expect(String(failureOf(() => selectRegions(metadata, ['Amygdala'])))).not.toContain('did you mean');
  });

  it('refuses a union together with its parts, and says which', () => {
    const failure = failureOf(() => selectRegions(metadata, ['V1', 'V3', 'LVC', 'ROI_FFA']));
    expect(failure).toMatchObject({ code: 'REGION_OVERLAP' });
    expect(String(failure)).toContain('LVC contains V1 (30 of its 30 voxels), V3 (10 of its 10 voxels)');
    expect(failure).toHaveProperty('hint', expect.stringContaining('either LVC or V1, V3'));
  });

  it('refuses the same region twice, and no region at all', () => {
    expect(failureOf(() => selectRegions(metadata, ['V1', 'V1']))).toMatchObject({ code: 'REGION_OVERLAP' });
    expect(failureOf(() => selectRegions(metadata, []))).toMatchObject({ code: 'REGION_EMPTY' });
  });

  it('refuses a region without voxels by name', () => {
    const empty = { ...metadata, regions: [...metadata.regions, { name: 'PPA', voxels: [] }] };
    const failure = failureOf(() => selectRegions(empty, ['PPA']));
    expect(failure).toMatchObject({ code: 'REGION_EMPTY' });
    expect(String(failure)).toContain('PPA');
  });

  it('lets neighbours share a border, and reports it', () => {
    const regions = selectRegions(metadata, ['V1', 'V2', 'V3']);
    expect(regionOverlaps(regions)).toEqual([{ first: 'V1', second: 'V2', voxels: 2, share: 2 / 22 }]);
  });
});
