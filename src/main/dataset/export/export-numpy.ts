/** A recording as a NumPy archive (.npz), readable without anything else: `numpy.load(file)`. */
import type { Recording } from '../recording-store.ts';
import { writeNpz, type OutgoingArray } from '../simulate/npz-writer.ts';
import { stimulusNames } from './label-codes.ts';

/**
 * Writes `voxels` float32 `[samples, voxels]`, `region_<name>` bool `[voxels]`, `positions` float32 `[voxels, 3]` (mm), and
 * per sample `stimulus`, `run`, `session`, `category`, `set` (text, empty where unknown), `averaged_over`, `repetition`.
 *
 * @throws CortextError `FILE_TOO_LARGE` above 4 GiB, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export function exportNumpy(path: string, { metadata, voxels }: Recording): void {
  const { samples, voxels: width, columns, positions, regions } = metadata;
  const text = (name: string, labels: readonly (string | null)[] | null): [string, OutgoingArray][] =>
    labels === null ? [] : [[name, { shape: [samples], data: labels.map((label) => label ?? '') }]];
  const counts = (values: readonly number[]): OutgoingArray => ({ shape: [samples], data: Int32Array.from(values) });
  const masks = regions.map(({ name, voxels: members }): [string, OutgoingArray] => {
    const mask = new Uint8Array(width);
    for (const voxel of members) mask[voxel] = 1;
    return [`region_${name}`, { shape: [width], data: mask, boolean: true }];
  });
  const arrays: [string, OutgoingArray][] = [
    ['voxels', { shape: [samples, width], data: voxels }],
    ...masks,
    ...text('stimulus', stimulusNames(metadata)),
    ...text('run', columns.run),
    ...text('session', columns.session),
    ...text('category', columns.category),
    ...text('set', columns.set),
    ['averaged_over', counts(columns.averagedOver)],
    ['repetition', counts(columns.repetition)],
  ];
  if (positions !== null) arrays.push(['positions', { shape: [width, 3], data: Float32Array.from(positions.flat()) }]);
  writeNpz(path, Object.fromEntries(arrays));
}
