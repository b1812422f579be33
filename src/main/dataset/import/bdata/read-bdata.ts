/** Reads BData files: one pass over the samples takes out responses (as float32) and labels. */
import { CortextError } from '../../../../shared/errors.ts';
import type { Region, ShippedSet } from '../../../../shared/recording.ts';
import { assembleDraft } from '../assemble-draft.ts';
import type { ImportReadOptions, ReadImport } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import { joinColumns, type PartColumns } from '../sample-columns.ts';
import type { ArrayBlock } from '../../readers/named-arrays.ts';
import type { SourceFiles } from '../source-files.ts';
import type { VoxelMatrix } from '../voxel-matrix.ts';
import { emptyRegion } from '../voxel-regions.ts';
import { openBData, type BDataFile } from './bdata-file.ts';
import { labelsOf } from './bdata-labels.ts';
import type { BDataColumnRecipe, BDataRecipe } from './bdata-recipe.ts';
import { guessColumns, guessPositions, guessRegions, guessVoxels, type BDataPart } from './guess-bdata.ts';
import { imaginedSamples } from './imagined-samples.ts';

/**
 * @throws CortextError `FORMAT_UNKNOWN`, `FILE_DAMAGED`, `ARRAY_MISSING`, `ARRAY_SHAPE`, `ARRAY_TYPE`, `REGION_UNKNOWN`,
 *   `REGION_EMPTY`, `CANCELLED`, and what `assembleDraft` throws
 */
export async function readBData(
  given: LoadedRecipe<BDataRecipe>,
  sources: SourceFiles,
  options: ImportReadOptions,
): Promise<ReadImport> {
  const guesses: RecipeGuess[] = [];
  const opened: { alias: string; file: BDataFile }[] = [];
  for (const { alias, arrays } of sources.opened()) opened.push({ alias, file: await openBData(arrays) });
  if (opened.length === 0) {
    throw new CortextError('INVALID_RECIPE', 'The recipe names no file.', { hint: 'Add "file: Subject1.h5".' });
  }
  const [{ file: first }] = opened;
  const voxels = given.recipe.voxels ?? guessVoxels(first, guesses);
  const columns = opened.map(({ file }) => selectVoxels(file, voxels));
  const matrix = allocate(opened, columns);
  const parts = await readParts(opened, columns, matrix.values, options);
  const chosen = new Set(columns[0]);
  const regions = given.recipe.regions ?? guessRegions(first, chosen, guesses);
  const positions = given.recipe.positions ?? guessPositions(first, columns[0], guesses);
  const recipe: BDataRecipe = {
    ...given.recipe,
    voxels,
    ...(Object.keys(regions).length > 0 && { regions }),
    ...(positions && { positions }),
    columns: await guessColumns(parts, given.recipe.columns ?? {}, guesses),
  };
  requireSameVoxels(opened, columns, positions);
  const read: PartColumns[] = [];
  for (const part of parts) read.push(await readPartColumns(part, recipe));
  const joined = joinColumns(
    parts.map(({ alias, file }, index) => ({
      columns: read[index],
      samples: file.samples,
      name: alias,
      set: undefined,
    })),
  );
  const name = first.path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
  const found = Object.entries(regions).map(([region, selection]) => readRegion(first, region, selection, columns[0]));
  return assembleDraft(
    {
      name,
      subject: name,
      matrix,
      where: opened.map(({ file }) => file.path).join(' and '),
      regions: found.length > 0 ? found : [{ name: 'all', voxels: columns[0].map((_, voxel) => voxel) }],
      positions: positions === undefined ? null : positionsOf(first, positions, columns[0]),
      columns: joined,
      pictures: parts.map(({ file }, index) => ({
        samples: file.samples,
        images: recipe.images,
        labels: read[index].stimulus,
        base: 'auto',
        where: file.path,
        optional: imaginedSamples(read[index].set),
      })),
      preprocessing: [],
      guesses,
    },
    { ...given, recipe },
    sources,
    options,
  );
}

function selectVoxels(file: BDataFile, voxels: string): number[] {
  const columns = file.select(voxels);
  if (columns.length > 0) return columns;
  throw new CortextError('ARRAY_SHAPE', `${file.path} has no columns where ${voxels}.`, {
    hint: `Check the selection of voxels. The file has the keys ${file.keys.join(', ')}.`,
  });
}

/** Room for all samples of all files. */
function allocate(opened: readonly { file: BDataFile }[], columns: readonly (readonly number[])[]): VoxelMatrix {
  const voxels = columns[0].length;
  const odd = columns.findIndex((list) => list.length !== voxels);
  if (odd !== -1) {
    throw new CortextError(
      'ARRAY_SHAPE',
      `${opened[odd].file.path} has ${columns[odd].length} voxels, but ${opened[0].file.path} has ${voxels}.`,
      { hint: 'Files of one recording hold the same voxels: check that they are of one subject.' },
    );
  }
  const samples = opened.reduce((sum, { file }) => sum + file.samples, 0);
  return { values: new Float32Array(samples * voxels), samples, voxels };
}

async function readParts(
  opened: readonly { readonly alias: string; readonly file: BDataFile }[],
  columns: readonly (readonly number[])[],
  values: Float32Array,
  { onProgress }: ImportReadOptions,
): Promise<BDataPart[]> {
  const total = opened.reduce((sum, { file }) => sum + file.samples, 0);
  const parts: BDataPart[] = [];
  let start = 0;
  let done = 0;
  for (const [index, { alias, file }] of opened.entries()) {
    const labels = labelColumns(file);
    const own = values.subarray(start * columns[index].length);
    for await (const block of file.blocks()) {
      if (block.along === 'rows') takeRows(block, file, columns[index], labels, own);
      else takeColumns(block, file, columns[index], labels, own);
      done += block.along === 'rows' ? block.count : (block.count / file.columns) * file.samples;
      onProgress?.({ phase: 'arrays', done: Math.round(done), total });
    }
    start += file.samples;
    parts.push({ alias, file, labels: new Map(labels.map(({ key, values: list }) => [key, list])) });
  }
  return parts;
}

interface LabelColumn {
  readonly key: string;
  readonly column: number;
  readonly values: Float64Array;
}

function takeRows(
  { first, count, data }: ArrayBlock,
  file: BDataFile,
  voxels: readonly number[],
  labels: readonly LabelColumn[],
  values: Float32Array,
): void {
  let to = first * voxels.length;
  for (let row = 0; row < count; row++) {
    const at = row * file.columns;
    for (const column of voxels) values[to++] = data[at + column];
    for (const { column, values: list } of labels) list[first + row] = data[at + column];
  }
}

function takeColumns(
  { first, count, data }: ArrayBlock,
  { samples }: BDataFile,
  voxels: readonly number[],
  labels: readonly LabelColumn[],
  values: Float32Array,
): void {
  const columnOf = (column: number) => data.subarray((column - first) * samples, (column - first + 1) * samples);
  const isHere = (column: number) => column >= first && column < first + count;
  voxels.forEach((column, voxel) => {
    if (!isHere(column)) return;
    const own = columnOf(column);
    for (let sample = 0; sample < samples; sample++) values[sample * voxels.length + voxel] = own[sample];
  });
  for (const { column, values: list } of labels) if (isHere(column)) list.set(columnOf(column));
}

/** Keys that belong to one column have one value per sample. */
function labelColumns(file: BDataFile): LabelColumn[] {
  return file.keys.flatMap((key) => {
    const values = file.values(key);
    const column = values.indexOf(1);
    if (column === -1 || values.lastIndexOf(1) !== column) return [];
    return [{ key, column, values: new Float64Array(file.samples) }];
  });
}

async function readPartColumns(part: BDataPart, { columns = {} }: BDataRecipe): Promise<PartColumns> {
  const run = await readColumn(part, columns.run);
  const session = await readColumn(part, columns.session);
  return {
    stimulus: await readColumn(part, columns.stimulus),
    run: run === null ? null : requireComplete(part, 'run', run),
    session: session === null ? null : requireComplete(part, 'session', session),
    category: await readColumn(part, columns.category),
    set: readSet(part, columns.set),
    averagedOver: readAveragedOver(part, columns.averagedOver),
  };
}

async function readColumn(part: BDataPart, column: BDataColumnRecipe | undefined): Promise<(string | null)[] | null> {
  if (column === undefined) return null;
  if ('value' in column) return new Array<string>(part.file.samples).fill(String(column.value));
  const texts = await part.file.labels(column.key);
  return labelsOf(valuesOf(part, column.key), column.as, texts, `${column.key} of ${part.file.path}`);
}

function valuesOf({ file, labels }: BDataPart, key: string): Float64Array {
  const values = labels.get(key);
  if (values !== undefined) return values;
  // Names the keys that there are, for a key that is not.
  const columns = file.values(key).filter((value) => value === 1).length;
  throw new CortextError('ARRAY_SHAPE', `${file.path}: ${key} belongs to ${columns} columns, not to one.`, {
    hint: `Keys with one value per sample are ${[...labels.keys()].join(', ')}.`,
  });
}

function requireComplete(part: BDataPart, name: string, labels: readonly (string | null)[]): string[] {
  const gap = labels.indexOf(null);
  if (gap === -1) return labels.map(String);
  throw new CortextError('ARRAY_TYPE', `${part.file.path}: sample ${gap} (counted from 0) has no ${name}.`, {
    hint: `Leave "columns.${name}" out, or repair the file.`,
  });
}

function readSet(part: BDataPart, set: NonNullable<BDataRecipe['columns']>['set']): ShippedSet[] | null {
  if (set === undefined) return null;
  if ('files' in set) return new Array<ShippedSet>(part.file.samples).fill(set.files[part.alias] ?? 'other');
  const [train, test] = [set.train, set.test].map((values) => new Set([values].flat()));
  return Array.from(valuesOf(part, set.key), (value) =>
    train.has(value) ? 'train' : test.has(value) ? 'test' : 'other',
  );
}

function readAveragedOver(
  part: BDataPart,
  column: NonNullable<BDataRecipe['columns']>['averagedOver'],
): number[] | null {
  if (column === undefined) return null;
  if (typeof column === 'number') return new Array<number>(part.file.samples).fill(column);
  const counts = [...valuesOf(part, column.key)];
  const odd = counts.findIndex((count) => !Number.isInteger(count) || count < 1);
  if (odd === -1) return counts;
  throw new CortextError('ARRAY_TYPE', `${part.file.path}: ${column.key} is ${counts[odd]} for sample ${odd}.`, {
    hint: 'It counts the trials that a sample is the mean of: whole numbers from 1.',
  });
}

function readRegion(file: BDataFile, name: string, selection: string, voxels: readonly number[]): Region {
  const place = new Map(voxels.map((column, voxel) => [column, voxel]));
  const found = file.select(selection).flatMap((column) => place.get(column) ?? []);
  if (found.length === 0) throw emptyRegion(name, `no voxel of ${file.path} is where ${selection}`);
  return { name, voxels: found };
}

type Positions = NonNullable<BDataRecipe['positions']>;

function positionsOf(file: BDataFile, keys: Positions, voxels: readonly number[]): [number, number, number][] {
  const [x, y, z] = keys.map((key) => file.values(key));
  return voxels.map((column) => [x[column], y[column], z[column]]);
}

/** Files with as many voxels at other places are of another subject, or were cut another way. */
function requireSameVoxels(
  opened: readonly { readonly file: BDataFile }[],
  columns: readonly (readonly number[])[],
  positions: Positions | undefined,
): void {
  if (positions === undefined) return;
  const [first, ...others] = opened.map(({ file }, index) => positionsOf(file, positions, columns[index]));
  for (const [index, other] of others.entries()) {
    const odd = other.findIndex((position, voxel) => position.some((value, axis) => value !== first[voxel][axis]));
    if (odd === -1) continue;
    throw new CortextError(
      'ARRAY_SHAPE',
      `Voxel ${odd} of ${opened[index + 1].file.path} is at ${other[odd].join(', ')} mm, in ${opened[0].file.path} at ${first[odd].join(', ')} mm.`,
      { hint: 'Files of one recording hold the same voxels in the same order: check that they are of one subject.' },
    );
  }
}
