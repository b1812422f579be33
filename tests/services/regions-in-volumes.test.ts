/** Regions of a recording that was scanned: from files, places and drawings, and as volumes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openVolume } from '../../src/main/dataset/volumes/open-volume.ts';
import { readVolume } from '../../src/main/dataset/volumes/read-volume.ts';
import { findRegions } from '../../src/main/services/find-regions.ts';
import { listRegionsWithFiles, statisticWithFile } from '../../src/main/services/region-files.ts';
import { defineRegions, removeRegion } from '../../src/main/services/regions.ts';
import { readDefinedRegions } from '../../src/main/services/recording-regions.ts';
import { voxelStatistics } from '../../src/main/services/voxel-statistics.ts';
import { openWorkspace, type Workspace } from '../../src/main/services/workspace.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { regionDefinitionSchema, type RegionDefinitionInput } from '../../src/shared/regions.ts';
import { scannedWorkspace } from '../support/scanned-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let workspace: Workspace;
let recording: RecordingMetadata;
let masks = '';
beforeAll(async () => {
  const scanned = await scannedWorkspace();
  recording = scanned.recording;
  masks = join(scanned.dataset, 'derivatives', 'regions', 'sub-01');
  workspace = openWorkspace(scanned.root);
});
afterAll(() => {
  workspace.close();
});
afterEach(() => {
  for (const { name } of readDefinedRegions(workspace.root, recording)) removeRegion(workspace, recording.id, name);
});

const define = (name: string | undefined, definition: RegionDefinitionInput) =>
  defineRegions(workspace, { recording: recording.id, name, definition: regionDefinitionSchema.parse(definition) });
const find = (definition: RegionDefinitionInput) =>
  findRegions(workspace, recording.id, regionDefinitionSchema.parse(definition));
const imported = (name: string): readonly number[] =>
  recording.regions.find((region) => region.name === name)?.voxels ?? [];

describe('a region from a file', () => {
  it('has the voxels of a mask on the grid of the runs', async () => {
    const path = join(masks, 'func', 'sub-01_space-func_label-V2_mask.nii.gz');
    const [{ region, lost }] = await define('second', { kind: 'mask', path });
    expect([region.voxels, lost]).toEqual([imported('V2'), 0]);
    expect(region.origin).toEqual({ kind: 'voxels', description: 'the mask sub-01_space-func_label-V2_mask.nii.gz' });
    expect(region.seenSamples).toEqual([]);
  });

  it('has the voxels of an atlas on another grid, through both affines', async () => {
    const atlas = {
      kind: 'atlas' as const,
      path: join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.nii.gz'),
      table: join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.tsv'),
    };
    const defined = await define(undefined, { ...atlas, names: ['V*', 'FFA'], prefix: 'anat.' });
    expect(defined.map(({ region }) => region.name)).toEqual(['anat.V1', 'anat.V2', 'anat.V3', 'anat.V4', 'anat.FFA']);
    // The finer grid was labelled by the cell of the coarser one that its voxels lie in.
    for (const { region } of defined) expect(region.voxels).toEqual(imported(region.name.replace('anat.', '')));
    await expect(find({ ...atlas, names: ['MT'] })).rejects.toMatchObject({
      code: 'REGION_UNKNOWN',
      hint: expect.stringContaining('V1') as string,
    });
    await expect(define('mine', atlas)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(define(undefined, atlas)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    // None of the seven was defined when one could not be.
    expect(readDefinedRegions(workspace.root, recording)).toHaveLength(5);
  });

  it('has the voxels that the vertices of a surface label lie in', async () => {
    const chosen = imported('V3').slice(0, 4);
    const points = chosen.map((voxel) => (recording.positions?.[voxel] ?? []).join(' '));
    const path = join(temporaryFolder(), 'lh.V3.label');
    const rows = points.map((point, vertex) => `${vertex} ${point} 0`);
    writeFileSync(path, ['#!ascii label, vox2ras=scanner', String(rows.length), ...rows].join('\n'));
    const anatomy = join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.nii.gz');
    const [{ voxels, name }] = await find({ kind: 'surface-label', path, anatomy });
    expect([voxels, name]).toEqual([chosen, null]);
  });

  it('that is no volume, or is not there, is refused by name', async () => {
    const table = join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.tsv');
    await expect(find({ kind: 'mask', path: table })).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
    await expect(find({ kind: 'mask', path: join(masks, 'no.nii') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('a sphere', () => {
  it('has the voxels whose centres lie in it', async () => {
    const positions = recording.positions ?? [];
    const centre = positions[imported('FFA')[0]];
    const near = positions.flatMap(([x, y, z], voxel) =>
      Math.hypot(x - centre[0], y - centre[1], z - centre[2]) <= 9 ? [voxel] : [],
    );
    const [{ voxels, lost }] = await find({ kind: 'sphere', centre, radius: 9 });
    expect(near.length).toBeGreaterThan(2);
    expect(voxels).toEqual(near);
    expect(lost).toBeGreaterThan(0);
    await expect(define('far', { kind: 'sphere', centre: [500, 0, 0], radius: 3 })).rejects.toMatchObject({
      code: 'REGION_EMPTY',
      message: expect.stringContaining('the sphere of 3 mm around 500, 0, 0') as string,
    });
  });
});

describe('a drawing', () => {
  const indices = (): number[] => recording.space?.indices ?? [];

  it('keeps the voxels of the recording and says how many it does not have', async () => {
    const drawn = imported('V1').slice(0, 7);
    const runs = drawn.map((voxel): [number, number] => [indices()[voxel], 1]);
    // The first voxel of the grid lies in the margin.
    const [{ region, lost }] = await define('mine', { kind: 'drawing', runs: [...runs, [0, 2]] });
    expect([region.voxels, lost, region.seenSamples]).toEqual([drawn, 2, []]);
    const beyond: RegionDefinitionInput = { kind: 'drawing', runs: [[40 * 21 * 19 - 1, 2]] };
    await expect(find(beyond)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('upon a statistic has seen what the statistic has seen', async () => {
    const runs: [number, number][] = [[indices()[0], 1]];
    const upon = { statistic: 'variance' as const, split: { kind: 'shipped' as const } };
    const [{ seenSamples, origin }] = await find({ kind: 'drawing', runs, upon });
    const { set } = recording.columns;
    expect(seenSamples).toEqual(set?.flatMap((part, sample) => (part === 'train' ? [sample] : [])));
    expect(origin).toMatchObject({ description: 'drawn by hand upon variance' });
  });
});

describe('regions as a volume', () => {
  it('tell every voxel of the recording by the regions that it is in, and change with them', async () => {
    const before = await listRegionsWithFiles(workspace, recording.id);
    await define('early', { kind: 'expression', expression: 'V1 + V2' });
    await define('some', {
      kind: 'voxels',
      voxels: [...imported('V2').slice(0, 5), ...imported('PPA')],
      description: 'some',
    });
    const list = await listRegionsWithFiles(workspace, recording.id);
    expect(list.revision).not.toBe(before.revision);
    expect(list.regions.find(({ name }) => name === 'early')?.contains).toEqual(['V1', 'V2']);
    const { space } = recording;
    const file = openVolume(workspace.layout.regionCache(recording.id).labelVolume(list.revision));
    const volume = await readVolume(file);
    expect(file.grid.shape).toEqual(space?.shape);
    file.grid.affine.flat().forEach((value, i) => expect(value).toBeCloseTo(space?.affine.flat()[i] ?? NaN, 4));
    const namesAt = (voxel: number): string[] =>
      list.labels[volume[space?.indices[voxel] ?? 0] - 1].regions.map((place) => list.regions[place].name);
    expect(namesAt(imported('V1')[3])).toEqual(['V1', 'early']);
    expect(namesAt(imported('V2')[0])).toEqual(['V2', 'early', 'some']);
    expect(namesAt(imported('PPA')[0])).toEqual(['PPA', 'some']);
    expect(volume.filter((label) => label > 0).length).toBe(recording.voxels);
    expect(list.labels.reduce((sum, { voxels }) => sum + voxels, 0)).toBe(recording.voxels);
  });
});

describe('a statistic as a volume', () => {
  it('has the value of every voxel at its place', async () => {
    const summary = await voxelStatistics(workspace, { recording: recording.id, statistic: 'variance' });
    const shown = await statisticWithFile(workspace, recording, summary);
    const volume = await readVolume(openVolume(workspace.layout.regionCache(recording.id).statisticVolume(shown.key)));
    recording.space?.indices.forEach((index, voxel) => {
      expect(volume[index]).toBe(Math.fround(summary.values[voxel]));
    });
    expect(shown.maximum).toBe(Math.max(...summary.values));
    expect(shown.regions).toHaveLength(7);
  });

  it('is computed once, and again when what was kept is cut short', async () => {
    const request = { recording: recording.id, statistic: 'reliability' as const };
    const { key, values } = await voxelStatistics(workspace, request);
    const { folder, statisticColumns } = workspace.layout.regionCache(recording.id);
    expect(existsSync(statisticColumns(key))).toBe(true);
    const kept = readFileSync(statisticColumns(key));
    expect(new Float64Array(new Uint8Array(kept).buffer)).toEqual(values);
    expect((await voxelStatistics(workspace, request)).values).toEqual(values);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    const request = { recording: recording.id, statistic: 'stimulus-f' as const };
    const asked = voxelStatistics(workspace, request, abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
