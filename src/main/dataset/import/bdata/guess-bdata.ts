/** What a recipe for BData leaves open, recognised from the keys of the files. Keys are looked up, never assumed. */
import { CortextError } from '../../../../shared/errors.ts';
import type { ShippedSet } from '../../../../shared/recording.ts';
import type { RecipeGuess } from '../load-recipe.ts';
import type { BDataFile } from './bdata-file.ts';
import { areWordnetIds, synsetOf } from './bdata-labels.ts';
import type { BDataColumnRecipe, BDataRecipe, BDataSetRecipe } from './bdata-recipe.ts';

/** A file, and the columns of it that hold one value per sample, by key. */
export interface BDataPart {
  readonly alias: string;
  readonly file: BDataFile;
  readonly labels: ReadonlyMap<string, Float64Array>;
}

type Guesses = RecipeGuess[];

/** Which columns are responses. @throws CortextError `ARRAY_MISSING` */
export function guessVoxels(file: BDataFile, guesses: Guesses): string {
  const data = file.keys.find((key) => /^voxel_?data$/i.test(key));
  if (data !== undefined) {
    guesses.push({ about: 'voxels', choice: data, reason: 'a key of that name' });
    return quoted(data);
  }
  if (file.keys.some(isRegionKey)) {
    guesses.push({ about: 'voxels', choice: 'ROI_*', reason: 'there is no key VoxelData; every region together' });
    return 'ROI_*';
  }
  const wide = file.keys.filter((key) => file.select(quoted(key)).length > 1);
  if (wide.length === 1) {
    guesses.push({ about: 'voxels', choice: wide[0], reason: 'the only key of more than one column' });
    return quoted(wide[0]);
  }
  throw new CortextError('ARRAY_MISSING', `${file.path} does not say which columns are voxels.`, {
    hint: `Select them: "voxels: KEY". It has the keys ${file.keys.join(', ')}.`,
    details: { available: [...file.keys] },
  });
}

/** A region of every key that starts with `ROI_`; unions (LVC, HVC, VC) are among them. */
export function guessRegions(file: BDataFile, voxels: ReadonlySet<number>, guesses: Guesses): Record<string, string> {
  const regions: Record<string, string> = {};
  const empty: string[] = [];
  for (const key of file.keys.filter(isRegionKey)) {
    const name = key.replace(/^ROI_/i, '');
    if (file.select(quoted(key)).some((column) => voxels.has(column))) regions[name] = quoted(key);
    else empty.push(key);
  }
  const names = Object.keys(regions);
  if (names.length > 0)
    guesses.push({ about: 'regions', choice: names.join(', '), reason: 'keys that start with ROI_' });
  if (empty.length > 0)
    guesses.push({ about: 'regions', choice: `without ${empty.join(', ')}`, reason: 'they have no voxel' });
  return regions;
}

/** Keys with coordinates, where every voxel has all three. */
export function guessPositions(file: BDataFile, voxels: readonly number[], guesses: Guesses): BDataRecipe['positions'] {
  const found = ['voxel_x', 'voxel_y', 'voxel_z'].map((name) => findKey(file, [name]));
  const [x, y, z] = found;
  if (x === undefined || y === undefined || z === undefined) return undefined;
  const axes = [x, y, z].map((key) => file.values(key));
  if (!voxels.every((column) => axes.every((axis) => Number.isFinite(axis[column])))) return undefined;
  guesses.push({
    about: 'positions',
    choice: `${x}, ${y}, ${z}`,
    reason: 'keys of those names, and a value for every voxel',
  });
  return [x, y, z];
}

type Columns = NonNullable<BDataRecipe['columns']>;

/**
 * `image_index` and `category_index` are never used: they were wrong in early releases of Generic Object Decoding, and
 * the stimulus says both.
 */
export async function guessColumns(parts: readonly BDataPart[], given: Columns, guesses: Guesses): Promise<Columns> {
  const stimulus = given.stimulus ?? (await guessStimulus(parts, guesses));
  const category = given.category ?? (await guessCategory(parts, stimulus, guesses));
  const run = given.run ?? guessColumn(parts, 'run', ['Run', 'Runs'], guesses);
  const session = given.session ?? guessColumn(parts, 'session', ['Session', 'Sessions'], guesses);
  const set = given.set ?? guessSet(parts, guesses);
  const [counts] = findColumn(parts, ['averaged_over']);
  const averagedOver = given.averagedOver ?? (counts === undefined ? undefined : { key: counts });
  return {
    ...given,
    ...(stimulus && { stimulus }),
    ...(category && { category }),
    ...(run && { run }),
    ...(session && { session }),
    ...(set && { set }),
    ...(averagedOver !== undefined && { averagedOver }),
  };
}

async function guessStimulus(parts: readonly BDataPart[], guesses: Guesses): Promise<BDataColumnRecipe | undefined> {
  const [{ file }] = parts;
  const named = findColumn(parts, ['stimulus_name', 'stimulus_id', 'image_id', 'Label']);
  for (const key of named) {
    if ((await file.labels(key)) !== null) {
      guesses.push({ about: 'columns.stimulus', choice: key, reason: 'its name, and the texts for its values' });
      return { key, as: 'label' };
    }
    if (parts.every(({ labels }) => areWordnetIds(labels.get(key) ?? new Float64Array(0)))) {
      const reason = 'its values are ImageNet ids with six decimals: 1518878.010042 is n01518878_10042';
      guesses.push({ about: 'columns.stimulus', choice: key, reason });
      return { key, as: 'wordnet' };
    }
  }
  const [first] = named;
  if (first === undefined) return undefined;
  guesses.push({ about: 'columns.stimulus', choice: first, reason: 'its name; its values are numbers' });
  return { key: first, as: 'label' };
}

async function guessCategory(
  parts: readonly BDataPart[],
  stimulus: BDataColumnRecipe | undefined,
  guesses: Guesses,
): Promise<BDataColumnRecipe | undefined> {
  const [{ file }] = parts;
  const [named] = findColumn(parts, ['category']);
  if (named !== undefined && (await file.labels(named)) !== null) {
    guesses.push({ about: 'columns.category', choice: named, reason: 'its name, and the texts for its values' });
    return { key: named, as: 'label' };
  }
  if (stimulus === undefined || !('key' in stimulus)) return undefined;
  const texts = await file.labels(stimulus.key);
  const names = stimulus.as === 'wordnet' || [...(texts?.values() ?? [])].some((name) => synsetOf(name) !== null);
  if (!names) return undefined;
  guesses.push({
    about: 'columns.category',
    choice: `synset of ${stimulus.key}`,
    reason: 'stimuli are named by synset and image',
  });
  return { key: stimulus.key, as: 'synset' };
}

function guessColumn(
  parts: readonly BDataPart[],
  column: string,
  names: readonly string[],
  guesses: Guesses,
): BDataColumnRecipe | undefined {
  const [key] = findColumn(parts, names);
  if (key === undefined) return undefined;
  guesses.push({ about: `columns.${column}`, choice: key, reason: 'its name, and one value per sample' });
  return { key, as: 'label' };
}

/** 1, 2 and 3 are training, test and imagery in the data of the Kamitani laboratory. */
function guessSet(parts: readonly BDataPart[], guesses: Guesses): BDataSetRecipe | undefined {
  const [key] = findColumn(parts, ['DataType']);
  if (key !== undefined) {
    const values = new Set(parts.flatMap(({ labels }) => [...(labels.get(key) ?? [])]));
    if (values.has(1) && values.has(2)) {
      guesses.push({
        about: 'columns.set',
        choice: key,
        reason: '1 is training and 2 is test; 3, imagery, is set apart',
      });
      return { key, train: 1, test: 2 };
    }
  }
  const files = Object.fromEntries(parts.map(({ alias }) => [alias, setOfName(alias)]));
  const sets = Object.values(files);
  if (!sets.includes('train') || !sets.includes('test')) return undefined;
  const choice = Object.entries(files)
    .map(([alias, set]) => `${alias}: ${set}`)
    .join(', ');
  guesses.push({ about: 'columns.set', choice, reason: 'the names of the files' });
  return { files };
}

function setOfName(name: string): ShippedSet {
  if (/imagery|imagine/i.test(name)) return 'other';
  return /train/i.test(name) ? 'train' : /test/i.test(name) ? 'test' : 'other';
}

/** Keys that have one value per sample in every file, in the order of `names`, whatever their case. */
function findColumn(parts: readonly BDataPart[], names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const key = findKey(parts[0].file, [name]);
    return key !== undefined && parts.every(({ labels }) => labels.has(key)) ? [key] : [];
  });
}

function findKey({ keys }: BDataFile, names: readonly string[]): string | undefined {
  return names.flatMap((name) => keys.find((key) => key.toLowerCase() === name.toLowerCase()) ?? [])[0];
}

/** What follows `ROI_` is the name of the region. */
function isRegionKey(key: string): boolean {
  return /^ROI_./i.test(key);
}

/** A key as it can stand in a selection. */
function quoted(key: string): string {
  return /^[\w.]+$/.test(key) ? key : `"${key}"`;
}
