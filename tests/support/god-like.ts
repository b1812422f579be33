/** A file in the layout in which Generic Object Decoding is published (BData, HDF5), with simulated numbers. */
import { File, ready } from 'h5wasm/node';
import { Random } from '../../src/shared/random.ts';

export interface GodLikeOptions {
  readonly samples: number;
  readonly voxels: number;
  readonly seed?: number;
}

/** Each region takes the next share of the voxels; unions follow from them. */
const shares: readonly (readonly [string, number])[] = [
  ['V1', 0.22],
  ['V2', 0.22],
  ['V3', 0.16],
  ['V4', 0.12],
  ['LOC', 0.1],
  ['FFA', 0.08],
  ['PPA', 0.05],
];
const unions: Readonly<Record<string, readonly string[]>> = {
  LVC: ['V1', 'V2', 'V3'],
  HVC: ['LOC', 'FFA', 'PPA'],
  VC: shares.map(([name]) => name),
};

const labelKeys = ['DataType', 'stimulus_id', 'Run', 'Block', 'Label', 'image_index', 'category_index'] as const;

/** Voxels of a region, counted from 0. */
export function godLikeRegion(name: string, voxels: number): number[] {
  const parts = unions[name];
  if (parts !== undefined) return parts.flatMap((part) => godLikeRegion(part, voxels)).sort((a, b) => a - b);
  const at = shares.findIndex(([region]) => region === name);
  const start = Math.round(voxels * shares.slice(0, at).reduce((sum, [, share]) => sum + share, 0));
  return Array.from({ length: Math.round(voxels * shares[at][1]) }, (_, i) => start + i).filter((v) => v < voxels);
}

/** Labels of one sample: seven of ten are training, two test, one imagery; no image of the test is among the training. */
export function godLikeLabels(sample: number): Readonly<Record<(typeof labelKeys)[number], number>> {
  const [dataType, image] = sample % 10 < 7 ? [1, sample] : sample % 10 < 9 ? [2, 100_000 + (sample % 50)] : [3, 0];
  const synset = 1518878 + (sample % 50) * 1000 + (dataType === 1 ? 0 : 1);
  const id = dataType === 3 ? synset : Number(`${synset}.${String(10042 + image).padStart(6, '0')}`);
  return {
    DataType: dataType,
    stimulus_id: id,
    Run: 1 + Math.floor(sample / 55),
    Block: 1 + (sample % 55),
    Label: image + 1,
    // Wrong, as in the early releases.
    image_index: 7,
    category_index: 7,
  };
}

/** Names as they follow from the ids. */
export function godLikeStimulus(sample: number): string {
  const [synset, image] = godLikeLabels(sample).stimulus_id.toFixed(6).split('.');
  return Number(image) === 0 ? `n0${synset}` : `n0${synset}_${Number(image)}`;
}

export async function writeGodLike(path: string, { samples, voxels, seed = 1 }: GodLikeOptions): Promise<void> {
  await ready;
  const random = new Random(seed);
  const columns = voxels + labelKeys.length;
  const data = new Float64Array(samples * columns);
  for (let sample = 0, at = 0; sample < samples; sample++) {
    for (let voxel = 0; voxel < voxels; voxel++) data[at++] = random.normal();
    const labels = godLikeLabels(sample);
    for (const key of labelKeys) data[at++] = labels[key];
  }
  const regions = [...shares.map(([name]) => name), ...Object.keys(unions)];
  const voxelRow = (valueOf: (voxel: number) => number) =>
    Array.from({ length: columns }, (_, column) => (column < voxels ? valueOf(column) : NaN));
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ['VoxelData', voxelRow(() => 1)],
    ...regions.map((name): [string, number[]] => {
      const members = new Set(godLikeRegion(name, voxels));
      return [`ROI_${name}`, voxelRow((voxel) => (members.has(voxel) ? 1 : 0))];
    }),
    ['voxel_x', voxelRow((voxel) => (voxel % 40) * 3 - 60)],
    ['voxel_y', voxelRow((voxel) => Math.floor(voxel / 40) * 3 - 90)],
    ['voxel_z', voxelRow((voxel) => (voxel % 7) * 3)],
    ...labelKeys.map((key, i): [string, number[]] => [
      key,
      Array.from({ length: columns }, (_, column) => (column === voxels + i ? 1 : NaN)),
    ]),
  ];
  const file = new File(path, 'w');
  try {
    file.create_dataset({ name: 'dataset', data, shape: [samples, columns], dtype: '<d' });
    file.create_group('metadata');
    file.create_dataset({ name: 'metadata/key', data: rows.map(([key]) => key) });
    file.create_dataset({ name: 'metadata/description', data: rows.map(([key]) => `1 = ${key}`) });
    const values = Float64Array.from(rows.flatMap(([, row]) => row));
    file.create_dataset({ name: 'metadata/value', data: values, shape: [rows.length, columns], dtype: '<d' });
  } finally {
    file.close();
  }
}
