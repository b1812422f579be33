/** A recording as a BData file (HDF5), as bdpy and BrainDecoderToolbox2 read it. */
import { fillFileAtomic } from '../../files/atomic.ts';
import { hdf5Library } from '../readers/hdf5-library.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import type { Recording } from '../recording-store.ts';
import { labelCodes, stimulusNames, type LabelCodes } from './label-codes.ts';

/** One row of metadata: the key, and its value for every column. */
interface MetadataRow {
  readonly key: string;
  readonly description: string;
  readonly values: Float64Array;
}

interface LabelColumn extends LabelCodes {
  readonly key: string;
  readonly description: string;
}

const sets = { train: 1, test: 2, other: 3 } as const;

/** So many numbers are written at a time. */
const BLOCK_VALUES = 1 << 21;

/**
 * Writes `/dataset` (float64; voxels, then one column per label), `/metadata` and `/vmap`.
 *
 * Keys are `VoxelData`, `ROI_<region>`, `voxel_x/y/z` (mm), `Run`, `Session`, `DataType` (1 training, 2 test, 3 other),
 * `stimulus_name`, `category` and `averaged_over`; texts stand in the value map of their key.
 *
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, `CANCELLED`; nothing is left of the file then
 */
export async function exportBData(path: string, recording: Recording, signal?: AbortSignal): Promise<void> {
  const library = await hdf5Library();
  const labels = labelColumns(recording);
  await fillFileAtomic(path, async (temporary) => {
    const file = new library.File(temporary, 'w');
    try {
      await writeSamples(file, recording, labels, signal);
      writeMetadata(file, metadataRows(recording, labels));
      file.create_group('vmap');
      for (const { key, texts } of labels) {
        if (texts === null) continue;
        file.create_group(`vmap/${key}`);
        for (const [code, text] of texts) file.create_dataset({ name: `vmap/${key}/${code.toFixed(1)}`, data: text });
      }
    } finally {
      file.close();
    }
  });
}

type Hdf5File = InstanceType<Awaited<ReturnType<typeof hdf5Library>>['File']>;

/** In blocks of rows, each a chunk of the dataset: the matrix in float64 may not fit beside the one in float32. */
async function writeSamples(
  file: Hdf5File,
  { metadata, voxels }: Recording,
  labels: readonly LabelColumn[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { samples, voxels: width } = metadata;
  const columns = width + labels.length;
  const perBlock = Math.min(samples, Math.max(1, Math.floor(BLOCK_VALUES / columns)));
  for (let first = 0; first < samples; first += perBlock) {
    stopIfCancelled(signal);
    const rows = Math.min(perBlock, samples - first);
    const data = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const sample = first + row;
      data.set(voxels.subarray(sample * width, (sample + 1) * width), row * columns);
      labels.forEach(({ values }, index) => (data[row * columns + width + index] = values[sample]));
    }
    if (first === 0) {
      const chunks = [perBlock, columns];
      file.create_dataset({
        name: 'dataset',
        data,
        shape: [rows, columns],
        maxshape: [samples, columns],
        chunks,
        dtype: '<d',
      });
    } else {
      const dataset = file.get('dataset');
      if (dataset === null || !('resize' in dataset)) throw new Error('the dataset that was made is gone');
      dataset.resize([first + rows, columns]);
      dataset.write_slice(
        [
          [first, first + rows],
          [0, columns],
        ],
        data,
      );
    }
    await new Promise((resume) => setImmediate(resume));
  }
}

function writeMetadata(file: Hdf5File, rows: readonly MetadataRow[]): void {
  const columns = rows[0].values.length;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    values.set(row.values, index * columns);
  });
  file.create_group('metadata');
  file.create_dataset({ name: 'metadata/key', data: rows.map(({ key }) => key) });
  file.create_dataset({ name: 'metadata/description', data: rows.map(({ description }) => description) });
  file.create_dataset({ name: 'metadata/value', data: values, shape: [rows.length, columns], dtype: '<d' });
}

function labelColumns({ metadata }: Recording): LabelColumn[] {
  const { columns } = metadata;
  const column = (key: string, description: string, labels: readonly (string | null)[] | null): LabelColumn[] =>
    labels === null || labels.every((label) => label === null) ? [] : [{ key, description, ...labelCodes(labels) }];
  const number = (key: string, description: string, values: readonly number[]): LabelColumn => ({
    key,
    description,
    values: Float64Array.from(values),
    texts: null,
  });
  return [
    ...column('Run', 'Scanner run', columns.run),
    ...column('Session', 'Session', columns.session),
    ...(columns.set === null
      ? []
      : [
          number(
            'DataType',
            '1 = training, 2 = test, 3 = other',
            columns.set.map((set) => sets[set]),
          ),
        ]),
    ...column('stimulus_name', 'Stimulus; names in vmap', stimulusNames(metadata)),
    ...column('category', 'Category; names in vmap', columns.category),
    number('averaged_over', 'Trials that the sample is the mean of', columns.averagedOver),
  ];
}

function metadataRows({ metadata }: Recording, labels: readonly LabelColumn[]): MetadataRow[] {
  const { voxels, regions, positions } = metadata;
  const columns = voxels + labels.length;
  const row = (key: string, description: string, fill: (values: Float64Array) => void): MetadataRow => {
    const values = new Float64Array(columns).fill(NaN);
    fill(values);
    return { key, description, values };
  };
  return [
    row('VoxelData', '1 = voxel', (values) => values.fill(1, 0, voxels)),
    ...regions.map((region) =>
      row(`ROI_${region.name}`, `1 = ${region.name}`, (values) => {
        values.fill(0, 0, voxels);
        for (const voxel of region.voxels) values[voxel] = 1;
      }),
    ),
    ...(positions === null
      ? []
      : ['x', 'y', 'z'].map((axis, i) =>
          row(`voxel_${axis}`, `${axis} in millimetres`, (values) => {
            positions.forEach((position, voxel) => (values[voxel] = position[i]));
          }),
        )),
    ...labels.map(({ key, description }, i) =>
      row(key, description, (values) => {
        values[voxels + i] = 1;
      }),
    ),
  ];
}
