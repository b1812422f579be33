/**
 * BData: the container of bdpy and BrainDecoderToolbox2. Voxels, labels and runs are all columns of one matrix, and
 * metadata say which column is what.
 *
 * HDF5: `/dataset [samples, columns]`, `/metadata/key [K]`, `/metadata/value [K, columns]`, `/vmap/<key>/<value>`; in old
 * files `/dataSet` and `/metaData`. MATLAB: `dataSet` and the struct `metaData`.
 */
import { CortextError } from '../../../../shared/errors.ts';
import { damaged } from '../../readers/reading-errors.ts';
import type { ArrayBlock, NamedArrays } from '../../readers/named-arrays.ts';
import { evaluateSelector, matchNames, memberIndices, type Membership } from '../../selector/evaluate-selector.ts';
import { parseSelector, type SelectorTerm } from '../../selector/parse-selector.ts';

export interface BDataFile {
  readonly path: string;
  readonly samples: number;
  readonly columns: number;
  readonly keys: readonly string[];
  /** Texts for the values of a key, by value; null where it has none. */
  labels(key: string): Promise<ReadonlyMap<number, string> | null>;
  /** One value per column; NaN or 0 where the key does not apply. @throws CortextError `ARRAY_MISSING` */
  values(key: string): Float64Array;
  /**
   * Indices of the selected columns, ascending.
   *
   * @throws CortextError `INVALID_ARGUMENT`, `REGION_UNKNOWN` naming the file and its keys
   */
  select(expression: string): number[];
  /** The matrix in blocks of samples (rows) or of columns. */
  blocks(): AsyncIterable<ArrayBlock>;
}

/** Names of the matrix and of the metadata, newest first. */
const datasetNames = ['dataset', 'dataSet'];
const metadataNames = ['metadata', 'metaData'];

interface Layout {
  readonly dataset: string;
  /** Prefix of the metadata's fields: `metadata/` or, in MATLAB files, `metadata.`. */
  readonly metadata: string;
  readonly separator: '/' | '.';
}

/** Where the parts of a BData container are; null for files of arrays that are none. */
export function bdataLayout(arrays: NamedArrays): Layout | null {
  const names = new Set(arrays.list().map(({ name }) => name));
  const separator = arrays.format === 'hdf5' ? '/' : '.';
  const dataset = datasetNames.find((name) => names.has(name));
  const metadata = metadataNames.find(
    (name) => names.has(`${name}${separator}key`) && names.has(`${name}${separator}value`),
  );
  return dataset === undefined || metadata === undefined
    ? null
    : { dataset, metadata: `${metadata}${separator}`, separator };
}

/**
 * Reads keys and values; the matrix itself comes with `rows`.
 *
 * @throws CortextError `FORMAT_UNKNOWN` for a file that is no BData; `FILE_DAMAGED` when its parts do not fit together
 */
export async function openBData(arrays: NamedArrays): Promise<BDataFile> {
  const layout = bdataLayout(arrays);
  const { path } = arrays;
  if (layout === null) {
    throw new CortextError('FORMAT_UNKNOWN', `${path} is no BData file: it lacks "dataset" and "metadata".`, {
      hint: 'Leave "format: bdata" out of the recipe, and map its arrays.',
      details: { path },
    });
  }
  const [samples, columns = 0] = arrays.list().find(({ name }) => name === layout.dataset)?.shape ?? [];
  const keys = (await arrays.readText(`${layout.metadata}key`)).map((name) => name.trim());
  const { data, shape } = await arrays.read(`${layout.metadata}value`);
  if (samples === 0 || columns === 0) throw damaged(path, `its "${layout.dataset}" holds no numbers`);
  if (shape.length !== 2 || shape[0] !== keys.length || shape[1] !== columns) {
    throw damaged(
      path,
      `its metadata have the shape [${shape.join(', ')}], for ${keys.length} keys and ${columns} columns`,
    );
  }
  const values = (key: string): Float64Array => {
    const row = keys.indexOf(key);
    if (row === -1) throw missingKey(path, key, keys);
    return Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
  };
  const membersOf = (term: SelectorTerm): Membership => {
    const members = new Uint8Array(columns);
    for (const key of matchNames(term.name, keys, 'key', path)) {
      values(key).forEach((value, column) => {
        if (belongs(value, term.value)) members[column] = 1;
      });
    }
    return members;
  };
  return {
    path,
    samples,
    columns,
    keys,
    labels: (key) => readLabelTexts(arrays, `vmap${layout.separator}${key}${layout.separator}`),
    values,
    select: (expression) => memberIndices(evaluateSelector(parseSelector(expression), membersOf)),
    blocks: () => arrays.readBlocks(layout.dataset),
  };
}

/** `key = 0` is where a key does not apply, which is written as 0 or as NaN. */
function belongs(value: number, wanted: number): boolean {
  return wanted === 0 ? value === 0 || Number.isNaN(value) : value === wanted;
}

async function readLabelTexts(arrays: NamedArrays, prefix: string): Promise<ReadonlyMap<number, string> | null> {
  const texts = new Map<number, string>();
  for (const { name, readable } of arrays.list()) {
    if (!readable || !name.startsWith(prefix)) continue;
    const value = Number(name.slice(prefix.length));
    const [text] = await arrays.readText(name);
    if (!Number.isNaN(value) && text !== undefined) texts.set(value, text);
  }
  return texts.size === 0 ? null : texts;
}

function missingKey(path: string, key: string, keys: readonly string[]): CortextError {
  return new CortextError('ARRAY_MISSING', `${path} has no key ${key}.`, {
    hint: `It has ${keys.slice(0, 60).join(', ')}${keys.length > 60 ? `, and ${keys.length - 60} more` : ''}.`,
    details: { available: keys.slice(0, 1000) },
  });
}
