/** Regions from volumes: against nilearn and nibabel on real and oblique grids. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Affine } from '../../../src/main/dataset/volumes/affine.ts';
import { applyAffine, composeAffines, invertAffine } from '../../../src/main/dataset/volumes/affine.ts';
import { atlasRegions, maskIndices, sphereIndices } from '../../../src/main/dataset/volumes/grid-regions.ts';
import { sameGrid, voxelAt, flatIndex, voxelPositions, type Grid } from '../../../src/main/dataset/volumes/grid.ts';
import { parseLabelTable } from '../../../src/main/dataset/volumes/label-table.ts';
import { openVolume } from '../../../src/main/dataset/volumes/open-volume.ts';
import { orientationOf } from '../../../src/main/dataset/volumes/orientation.ts';
import { placeRegions } from '../../../src/main/dataset/volumes/place-regions.ts';
import { readRegionSources, readStillVolume } from '../../../src/main/dataset/volumes/region-sources.ts';
import { resampleNearest } from '../../../src/main/dataset/volumes/resample.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { niftiBytes } from './nifti-bytes.ts';

interface ExpectedGrid {
  readonly shape: [number, number, number];
  readonly affine: Affine;
  readonly values: number[];
}
interface Expected {
  readonly orientations: { affine: Affine; axes: string }[];
  readonly resampling: ExpectedGrid & { onto: ExpectedGrid[] };
}

// Written by the script beside it.
const expected = JSON.parse(
  readFileSync(fileURLToPath(new URL('fixtures/expected.json', import.meta.url)), 'utf8'),
) as Expected;

const cube = (side: number, scale = 1, origin = 0): Grid => ({
  shape: [side, side, side],
  affine: [
    [scale, 0, 0, origin],
    [0, scale, 0, origin],
    [0, 0, scale, origin],
    [0, 0, 0, 1],
  ],
});

describe('grids', () => {
  it('call their axes as nibabel does', () => {
    expect(expected.orientations.length).toBeGreaterThan(10);
    for (const { affine, axes } of expected.orientations) expect(orientationOf(affine)).toBe(axes);
  });

  it('lead from voxels to millimetres and back', () => {
    for (const { affine } of expected.orientations) {
      const there = applyAffine(affine, [3, 5, 7]);
      const back = applyAffine(invertAffine(affine), there);
      back.forEach((value, axis) => expect(value).toBeCloseTo([3, 5, 7][axis], 9));
      composeAffines(affine, invertAffine(affine))
        .flat()
        .forEach((value, i) => expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 9));
    }
    const grid = { ...cube(4), shape: [4, 5, 6] as const };
    expect(voxelAt(grid, flatIndex(grid, [1, 2, 3]))).toEqual([1, 2, 3]);
    expect(voxelPositions(cube(4, 3, -10), [0, 1, 4, 16])).toEqual([
      [-10, -10, -10],
      [-7, -10, -10],
      [-10, -7, -10],
      [-10, -10, -7],
    ]);
  });

  it('are the same when headers differ by rounding, and not when a voxel lies elsewhere', () => {
    expect(sameGrid(cube(64, 3), cube(64, 3 + 1e-6))).toBe(true);
    // Each voxel is nearly as large, but the last one lies a whole millimetre off.
    expect(sameGrid(cube(64, 3), cube(64, 3.016))).toBe(false);
    expect(sameGrid(cube(64, 3), cube(64, 3, 0.01))).toBe(false);
    expect(sameGrid(cube(64, 3), cube(64, 3, 0.01), 0.1)).toBe(true);
    expect(sameGrid(cube(64, 3), { ...cube(64, 3), shape: [64, 64, 63] })).toBe(false);
  });
});

describe('resampling by the nearest voxel', () => {
  it.each(expected.resampling.onto.map((grid, index) => ({ index, grid })))(
    'gives what nilearn gives on grid $index, and goes on to the border of the outermost voxels',
    ({ grid }) => {
      const { resampling } = expected;
      const moved = resampleNearest(resampling.values, resampling, grid);
      const toSource = composeAffines(invertAffine(resampling.affine), grid.affine);
      let beyond = 0;
      grid.values.forEach((value, index) => {
        if (value !== 0) expect(moved[index]).toBe(value);
        else if (moved[index] !== 0) {
          beyond++;
          const outside = applyAffine(toSource, voxelAt(grid, index)).map((at, axis) =>
            Math.max(-at, at - resampling.shape[axis] + 1),
          );
          // Past the centre of a border voxel, but still in it.
          expect(Math.max(...outside)).toBeGreaterThan(0);
          expect(Math.max(...outside)).toBeLessThanOrEqual(0.5);
        }
      });
      expect(grid.values.filter((value) => value !== 0).length).toBeGreaterThan(100);
      expect(beyond).toBeLessThan(grid.values.length / 4);
    },
  );

  it('gives places exactly between two voxels to the upper one, whatever the rounding', () => {
    const fine = cube(8, 0.1, 0.05);
    const coarse = cube(4, 0.2, 0.1);
    const values = Array.from({ length: 512 }, (_, index) => index);
    const picked = resampleNearest(values, fine, coarse);
    expect([...picked.slice(0, 4)]).toEqual([1, 3, 5, 7].map((x) => x + 8 * (1 + 8)));
  });
});

describe('regions', () => {
  const grid = cube(4, 2);
  const volume = (values: Record<number, number>, on: Grid = grid) => ({
    path: 'atlas.nii',
    grid: on,
    values: Float64Array.from({ length: on.shape[0] ** 3 }, (_, index) => values[index] ?? 0),
  });

  it('of a mask are all voxels that are neither 0 nor NaN', () => {
    expect(maskIndices(volume({ 3: 1, 5: -2, 7: NaN, 9: 0.1 }), grid)).toEqual([3, 5, 9]);
  });

  it('of an atlas are one per label; equal names are joined, and unnamed labels numbered', () => {
    const table = parseLabelTable('1 V1\n2 V1\n3 V2\n9 V9\n', 'table.txt');
    expect(atlasRegions(volume({ 0: 2, 1: 1, 2: 3, 5: 1, 6: 12 }), table, grid)).toEqual([
      { name: 'V1', indices: [0, 1, 5] },
      { name: 'V2', indices: [2] },
      { name: 'V9', indices: [] },
      { name: 'label-12', indices: [6] },
    ]);
    expect(atlasRegions(volume({ 4: 7 }), null, grid)).toEqual([{ name: 'label-7', indices: [4] }]);
  });

  it('of an atlas do not include the many names of a table for all atlases, but those that lie outside of the grid', () => {
    const table = parseLabelTable('1 V1\n2 V2\n3 V3\n4 V4\n5 MT\n', 'colours.txt');
    const large = volume({ 0: 1, 7: 2 }, cube(8, 2));
    expect(atlasRegions(large, table, grid)).toEqual([
      { name: 'V1', indices: [0] },
      { name: 'V2', indices: [] },
    ]);
  });

  it('of an atlas of probabilities, or with the table of another atlas, are refused', () => {
    expect(() => atlasRegions(volume({ 0: 0.5 }), null, grid)).toThrowError(
      expect.objectContaining({ code: 'ARRAY_TYPE' }),
    );
    const table = parseLabelTable('2001 Precentral_L\n', 'aal.txt');
    expect(() => atlasRegions(volume({ 0: 1 }), table, grid)).toThrowError(
      expect.objectContaining({ code: 'REGION_EMPTY', message: expect.stringContaining('aal.txt') as string }),
    );
  });

  it('become columns in the order of the matrix, with lost voxels, overlaps and empty ones reported', () => {
    const found = [
      { name: 'V1', indices: [1, 2, 5, 60] },
      { name: 'V2', indices: [5, 6] },
      { name: 'far', indices: [61, 62] },
    ];
    const { regions, report } = placeRegions(found, grid, [6, 5, 2, 1]);
    expect(regions).toEqual([
      { name: 'V1', voxels: [1, 2, 3] },
      { name: 'V2', voxels: [0, 1] },
    ]);
    expect(report.regions).toEqual([
      { name: 'V1', voxels: 3, lost: 1 },
      { name: 'V2', voxels: 2, lost: 0 },
      { name: 'far', voxels: 0, lost: 2 },
    ]);
    expect(report.empty).toEqual(['far']);
    expect(report.overlaps).toEqual([{ first: 'V1', second: 'V2', voxels: 1, share: 0.5 }]);
  });

  it('around a place have every voxel within the radius, and at least the one that holds the place', () => {
    expect(sphereIndices([2, 2, 2], 2, grid)).toHaveLength(7);
    expect(sphereIndices([2.9, 2, 2], 0.1, grid)).toEqual([flatIndex(grid, [1, 1, 1])]);
    expect(sphereIndices([100, 0, 0], 3, grid)).toEqual([]);
  });

  it('are refused when they are not what they should be: a run as a mask, a sphere of no size, a missing name', async () => {
    const path = join(temporaryFolder(), 'run.nii');
    writeFileSync(path, niftiBytes({ shape: [2, 2, 2, 3] }));
    await expect(readStillVolume(path)).rejects.toMatchObject({ code: 'ARRAY_SHAPE' });
    const sphere = { kind: 'sphere', name: 'FFA', centre: [1, NaN, 0], radius: 3 } as const;
    await expect(readRegionSources([sphere], grid)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const atlas = join(temporaryFolder(), 'atlas.nii');
    writeFileSync(atlas, niftiBytes({ shape: [2, 2, 2] }));
    const source = { kind: 'atlas', path: atlas, table: null, names: ['V1'] } as const;
    await expect(readRegionSources([source], cube(2))).rejects.toMatchObject({
      code: 'REGION_UNKNOWN',
      hint: expect.stringContaining('label-1') as string,
    });
  });
});

describe('tables of labels', () => {
  const names = (text: string) => Object.fromEntries(parseLabelTable(text, 'table').names);

  it.each([
    ["AAL's list", '1 Precentral_L 2001\n2 Precentral_R 2002\n', { 1: 'Precentral_L', 2: 'Precentral_R' }],
    [
      'a list with the number behind',
      'FAG Precentral_L 2001\nFAD Precentral_R 2002\n',
      { 2001: 'Precentral_L', 2002: 'Precentral_R' },
    ],
    [
      "FreeSurfer's colours",
      '#No. Label Name: R G B A\n\n0 Unknown 0 0 0 0\n17 Left-Hippocampus 220 216 20 0\n',
      { 0: 'Unknown', 17: 'Left-Hippocampus' },
    ],
    ['names of several words', '1 Left V1 dorsal\r\n2 Right V1\r\n', { 1: 'Left V1 dorsal', 2: 'Right V1' }],
    [
      "BIDS's dseg.tsv",
      'index\tname\tabbreviation\n1\tVisual area 1\tV1\n2\tVisual area 2\tV2\n',
      { 1: 'Visual area 1', 2: 'Visual area 2' },
    ],
    ['other columns in front', 'abbreviation,color,name,index\nV1,#ff0000,"Area 1, left",7\n', { 7: 'Area 1, left' }],
    ['commas without a header', '1,V1\n2,V2\n', { 1: 'V1', 2: 'V2' }],
    ['JSON from number to name', '{"1": "V1", "2": "V2"}', { 1: 'V1', 2: 'V2' }],
    ['JSON from name to number', '{"V1": 1, "V2": 2}', { 1: 'V1', 2: 'V2' }],
    ['JSON as a list', '[{"index": 1, "name": "V1"}]', { 1: 'V1' }],
    [
      "FSL's labels",
      '<atlas><header><type>Label</type></header><data><label index="3" x="1">A &amp; B</label></data></atlas>',
      { 3: 'A & B' },
    ],
    [
      "FSL's probabilities, whose values are one more",
      '<atlas><header><type>Probabalistic</type></header><label index="0">V1</label></atlas>',
      { 1: 'V1' },
    ],
    ["SPM's labels", '<atlas><data><label><index>3</index><short_name>V</short_name><name>V1</name></label></data></atlas>', { 3: 'V1' }],
    ["ITK-SNAP's labels", '# ITK-SnAP\n  0 0 0 0 0 0 0 "Clear Label"\n  7 255 0 0 1 1 1 "V1 left"\n', { 0: 'Clear Label', 7: 'V1 left' }],
  ])('are read: %s', (_what, text, wanted) => {
    expect(names(text)).toEqual(wanted);
  });

  it.each([
    ['no labels', 'some notes\nwithout numbers\n', 'FORMAT_UNKNOWN'],
    ['broken JSON', '{"1": ', 'FORMAT_UNKNOWN'],
    ['two names for a label', '1 V1\n1 V2\n', 'FILE_DAMAGED'],
  ])('are refused: %s', (_what, text, code) => {
    expect(() => parseLabelTable(text, 'table')).toThrowError(expect.objectContaining({ code }));
  });
});

describe.skipIf(!hasShared)(`real atlases (skipped when ${sharedAbsent})`, () => {
  it('AAL has the voxels that NumPy counts, on its own grid and on one of 3 mm as nilearn resamples it', async () => {
    const path = sharedPath('data', 'atlas', 'aal.nii.gz');
    const source = { kind: 'atlas', path, table: sharedPath('data', 'atlas', 'aal.nii.txt') } as const;
    const sizes = async (grid: Grid) =>
      new Map((await readRegionSources([source], grid)).map(({ name, indices }) => [name, indices.length]));
    const own = await sizes(openVolume(path).grid);
    expect(own.size).toBe(116);
    expect([own.get('Calcarine_L'), own.get('Calcarine_R')]).toEqual([18157, 14885]);
    const coarse = await sizes({
      shape: [60, 72, 60],
      affine: [
        [-3, 0, 0, 90.3],
        [0, 3, 0, -126.2],
        [0, 0, 3, -72.3],
        [0, 0, 0, 1],
      ],
    });
    expect([coarse.get('Calcarine_L'), coarse.get('Calcarine_R'), coarse.get('Precentral_R')]).toEqual([
      648, 542, 1002,
    ]);
    expect([...coarse.values()].reduce((sum, size) => sum + size, 0)).toBe(54837);
  });

  it('the visual areas of Brodmann are found by number', async () => {
    const path = sharedPath('data', 'atlas', 'brodmann.nii.gz');
    const names = ['label-17', 'label-18', 'label-19'];
    const regions = await readRegionSources([{ kind: 'atlas', path, table: null, names }], openVolume(path).grid);
    expect(regions.map(({ name }) => name)).toEqual(names);
    expect(regions.every(({ indices }) => indices.length > 1000)).toBe(true);
  });
});
