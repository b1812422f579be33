/** FreeSurfer's files against values of nibabel (fixtures/make-fixtures.py). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  parseAnnotation,
  parseLabel,
  parseSurface,
  surfaceToScanner,
} from '../../../src/main/dataset/volumes/freesurfer-surface.ts';
import { openVolume } from '../../../src/main/dataset/volumes/open-volume.ts';
import { readVolume } from '../../../src/main/dataset/volumes/read-volume.ts';
import { readRegionSources } from '../../../src/main/dataset/volumes/region-sources.ts';
import { flatIndex } from '../../../src/main/dataset/volumes/grid.ts';
import { affineFrom, applyAffine, composeAffines, invertAffine } from '../../../src/main/dataset/volumes/affine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Expected {
  readonly volumes: Record<
    string,
    { shape: number[]; affine: number[][]; spacing: number[]; values: number[]; surface_to_scanner: number[][] }
  >;
  readonly surfaces: { points: number[][]; annotation: Record<string, number[]>; label: number[] };
}

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
// Written by the script beside it.
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Expected;

function expectNear(actual: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): void {
  wanted.flat().forEach((value, i) => expect(actual.flat()[i]).toBeCloseTo(value, 4));
}

describe.each(Object.keys(expected.volumes))('the volume %s', (name) => {
  const wanted = expected.volumes[name];

  it('reads as nibabel reads it, values and affine', async () => {
    const file = openVolume(fixture(name));
    expect(file.format).toBe('mgh');
    expect([...file.grid.shape, ...(file.volumes > 1 ? [file.volumes] : [])]).toEqual(wanted.shape);
    expectNear(file.grid.affine, wanted.affine);
    expectNear([file.spacing], [wanted.spacing]);
    const values: number[] = [];
    for (let t = 0; t < file.volumes; t++) values.push(...(await readVolume(file, t)));
    expect(values).toEqual(wanted.values);
  });

  it('says where surfaces made from it lie', () => {
    expectNear(surfaceToScanner(openVolume(fixture(name))), wanted.surface_to_scanner);
  });
});

describe('regions of a surface', () => {
  it('have the vertices that nibabel finds', () => {
    const { regions } = parseAnnotation(readFileSync(fixture('lh.test.annot')), 'lh.test.annot');
    expect(Object.fromEntries(regions.map(({ name, vertices }) => [name, vertices]))).toEqual(
      expected.surfaces.annotation,
    );
    const label = parseLabel(readFileSync(fixture('lh.test.label'), 'utf8'), 'lh.test.label');
    expect([...label.vertices]).toEqual(expected.surfaces.label);
    expect(label.space).toBe('tkreg');
    expectNear(parseSurface(readFileSync(fixture('lh.test')), 'lh.test'), expected.surfaces.points);
  });

  it('are the voxels in which their vertices lie, through the anatomy that the surface was made from', async () => {
    const anatomy = fixture('labels.mgz');
    const { affine } = openVolume(anatomy).grid;
    // A grid around the whole surface, in the anatomy's own directions with twice as fine voxels.
    const finer = affineFrom([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]], [-30, -30, -30]); // prettier-ignore
    const grid = { shape: [120, 120, 120] as const, affine: composeAffines(affine, finer) };
    const [label] = await readRegionSources(
      [{ kind: 'surface-label', name: 'three', path: fixture('lh.test.label'), anatomy }],
      grid,
    );
    const back = invertAffine(grid.affine);
    const wanted = expected.surfaces.label
      .map((vertex) => {
        const [x, y, z] = expected.surfaces.points[vertex];
        const rows = expected.volumes['labels.mgz'].surface_to_scanner;
        const [a, b, c] = rows.map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]);
        const [i, j, k] = applyAffine(back, [a, b, c]).map(Math.round);
        return flatIndex(grid, [i, j, k]);
      })
      .sort((p, q) => p - q);
    expect(label.indices).toEqual(wanted);
    const regions = await readRegionSources(
      [{ kind: 'annotation', path: fixture('lh.test.annot'), surfaces: [fixture('lh.test')], anatomy, prefix: 'lh.' }],
      grid,
    );
    expect(regions.map(({ name }) => name)).toEqual(['lh.V1_exvivo', 'lh.fusiform', 'lh.MT']);
    expect(regions.every(({ indices }) => indices.length > 0)).toBe(true);
  });

  it('of a label in scanner coordinates need no anatomy', async () => {
    const path = join(temporaryFolder(), 'a.label');
    writeFileSync(path, '#!ascii label, vox2ras=scanner\n2\n0 1 2 3 0\n-1 5 2 3 0\n');
    const grid = { shape: [8, 8, 8] as const, affine: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]] as const }; // prettier-ignore
    const [region] = await readRegionSources([{ kind: 'surface-label', name: 'a', path, anatomy: 'none' }], grid);
    expect(region.indices).toEqual([1 + 8 * (2 + 8 * 3), 5 + 8 * (2 + 8 * 3)]);
  });

  it.each([
    [
      'an annotation cut short',
      () => parseAnnotation(readFileSync(fixture('lh.test.annot')).subarray(0, 300), 'f'),
      'FILE_TRUNCATED',
    ],
    [
      'an annotation without names',
      () => parseAnnotation(readFileSync(fixture('lh.test.annot')).subarray(0, 324), 'f'),
      'FILE_DAMAGED',
    ],
    [
      'a surface cut short',
      () => parseSurface(readFileSync(fixture('lh.test')).subarray(0, 300), 'f'),
      'FILE_TRUNCATED',
    ],
    ['something else as a surface', () => parseSurface(Buffer.from('text'), 'f'), 'FILE_DAMAGED'],
    ['a label cut short', () => parseLabel('#!ascii\n3\n1 2 3 4 0\n', 'f'), 'FILE_TRUNCATED'],
    ['a label without coordinates', () => parseLabel('#!ascii\n1\n1 2 x 4 0\n', 'f'), 'FILE_DAMAGED'],
  ])('are refused: %s', (_what, run, code) => {
    expect(run).toThrowError(expect.objectContaining({ code }));
  });

  it('are refused when annotation and surface do not belong together', async () => {
    const path = join(temporaryFolder(), 'lh.small');
    const bytes = Buffer.from(readFileSync(fixture('lh.test')));
    const comment = bytes.indexOf('\n', bytes.indexOf('\n') + 1) + 1;
    bytes.writeInt32BE(20, comment);
    writeFileSync(path, bytes);
    const source = {
      kind: 'annotation',
      path: fixture('lh.test.annot'),
      surfaces: [path],
      anatomy: fixture('labels.mgz'),
    } as const;
    await expect(readRegionSources([source], openVolume(fixture('labels.mgz')).grid)).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: expect.stringContaining('which') as string,
    });
  });

  it('a volume is told from its content, compressed or not', async () => {
    const path = join(temporaryFolder(), 'aseg.nii');
    writeFileSync(path, gunzipSync(readFileSync(fixture('labels.mgz'))));
    expect([...(await readVolume(openVolume(path)))]).toEqual(expected.volumes['labels.mgz'].values);
  });
});
