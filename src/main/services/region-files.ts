/**
 * Files of regions and statistics that windows fetch: volumes on the grid of the recording, or columns for recordings
 * that have no grid. Each is made when it is first asked for, and named by a hash of what it holds.
 */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata, RecordingSpace } from '../../shared/recording.ts';
import type { RegionList, VoxelStatistic } from '../../shared/regions.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { regionCombinations } from '../dataset/region-combinations.ts';
import { writeNiftiVolume, type StoredVolume } from '../dataset/volumes/nifti-writer.ts';
import { fillFileAtomic, writeFileAtomic } from '../files/atomic.ts';
import { regionsOf } from './recording-regions.ts';
import { describeRegions } from './regions.ts';
import type { VoxelStatisticSummary } from './voxel-statistics.ts';
import type { Workspace } from './workspace.ts';

/** Older files of a recording's cache are taken away when there are more. */
const MOST_FILES = 64;
/** Every graphics card can hold as many colours in a row. */
const MOST_LABELS = 8000;

/**
 * The regions of a recording; afterwards the files that it names are there.
 *
 * @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, and
 *   `REGION_OVERLAP` when regions overlap in more ways than there are labels
 */
export async function listRegionsWithFiles(workspace: Workspace, recording: string): Promise<RegionList> {
  const known = regionsOf(workspace, recording);
  const { metadata, regions } = known;
  const list = describeRegions(known);
  const files = workspaceLayout(workspace.root).regionCache(recording);
  const { space, positions } = metadata;
  const path = space === null ? files.labelColumns(list.revision) : files.labelVolume(list.revision);
  if (!existsSync(path)) {
    if (list.labels.length > MOST_LABELS) {
      throw new CortextError(
        'REGION_OVERLAP',
        `The regions of ${recording} overlap in ${list.labels.length} different ways.`,
        {
          hint: `At most ${MOST_LABELS} can be drawn: remove some of the regions that you have defined.`,
        },
      );
    }
    const labels = regionCombinations(regions, metadata.voxels).ofVoxel.map((combination) => combination + 1);
    if (space === null) writeFileAtomic(path, new Uint8Array(labels.buffer));
    else await writeVolume(path, space, scatter(new Int16Array(gridLength(space)), labels, space), 'regions');
    await forgetOldest(files.folder);
  }
  if (space === null && positions !== null && !existsSync(files.positions(metadata.contentHash))) {
    writeFileAtomic(files.positions(metadata.contentHash), new Uint8Array(Float32Array.from(positions.flat()).buffer));
  }
  return list;
}

/** A statistic as windows show it; afterwards the file that it names is there. @throws CortextError as above */
export async function statisticWithFile(
  { root }: Workspace,
  { id, space }: RecordingMetadata,
  { key, samples, values, statistic, regions }: VoxelStatisticSummary,
): Promise<VoxelStatistic> {
  const files = workspaceLayout(root).regionCache(id);
  const path = files.statisticVolume(key);
  if (space !== null && !existsSync(path)) {
    await writeVolume(path, space, scatter(new Float32Array(gridLength(space)), values, space), statistic);
    await forgetOldest(files.folder);
  }
  const finite = values.filter(Number.isFinite);
  return {
    key,
    samples,
    minimum: finite.reduce((least, value) => Math.min(least, value), finite.at(0) ?? 0),
    maximum: finite.reduce((most, value) => Math.max(most, value), finite.at(0) ?? 0),
    regions: [...regions],
  };
}

function gridLength({ shape }: RecordingSpace): number {
  return shape[0] * shape[1] * shape[2];
}

/** Puts the value of every column at its place in the volume. */
function scatter<V extends StoredVolume>(volume: V, columns: ArrayLike<number>, { indices }: RecordingSpace): V {
  indices.forEach((index, voxel) => {
    volume[index] = columns[voxel];
  });
  return volume;
}

async function writeVolume(
  path: string,
  { shape, affine }: RecordingSpace,
  volume: StoredVolume,
  description: string,
): Promise<void> {
  await fillFileAtomic(path, (temporary) =>
    writeNiftiVolume(temporary, { size: shape, affine: [affine[0], affine[1], affine[2]], description }, volume),
  );
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST_FILES) return;
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = files.sort((a, b) => b.at - a.at).slice(MOST_FILES);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}
