/** Reads responses of the Natural Scenes Dataset: only voxels of the mask, some trials at a time. */
import { CortextError } from '../../../../shared/errors.ts';
import type { Region, ShippedSet } from '../../../../shared/recording.ts';
import { recordingSpace, voxelPositions, type Grid } from '../../volumes/grid.ts';
import { assembleDraft } from '../assemble-draft.ts';
import type { ImportReadOptions, ReadImport } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import type { ImagesRecipe } from '../recipe-entries.ts';
import { wrongShape, type FoundArray, type SourceFiles } from '../source-files.ts';
import { emptyRegion } from '../voxel-regions.ts';
import { readDesign, type NsdTrials } from './nsd-design.ts';
import { isOnGrid, labelledVoxels, readGridLabels, type BetaShape } from './nsd-masks.ts';
import type { NsdMaskRecipe, NsdRecipe } from './nsd-recipe.ts';

/** Responses are stored as whole numbers: percent signal change times this. */
const INTEGER_SCALE = 300;

/** Labels of `prf-visualrois`, ventral and dorsal parts together. */
const visualAreas: Readonly<Record<string, readonly number[]>> = { V1: [1, 2], V2: [3, 4], V3: [5, 6], hV4: [7] };

interface Session {
  readonly number: number;
  readonly betas: FoundArray;
  readonly trials: NsdTrials;
}

/**
 * @throws CortextError `ARRAY_MISSING`, `ARRAY_SHAPE`, `INVALID_RECIPE` without a mask, `REGION_EMPTY`, `CANCELLED`, and
 *   what `assembleDraft` throws
 */
export async function readNsd(
  given: LoadedRecipe<NsdRecipe>,
  sources: SourceFiles,
  options: ImportReadOptions,
): Promise<ReadImport> {
  const guesses: RecipeGuess[] = [];
  const sessions = await findSessions(given.recipe, sources);
  const [first] = sessions;
  const shape = gridOf(first.betas);
  const completed = completeRecipe(given.recipe, sources, shape, first.betas, guesses);
  const masks = await readMasks(completed, sources, shape, options.signal);
  const values = await readResponses(sessions, shape, masks.voxels, completed.scale ?? 1, options);
  const samples = sessions.reduce((sum, { trials }) => sum + trials.images.length, 0);
  const all = sessions.flatMap(({ trials }) => trials.images);
  const run = sessions.every(({ trials }) => trials.run !== null)
    ? sessions.flatMap(({ trials }) => trials.run ?? [])
    : null;
  return assembleDraft(
    {
      name: 'Natural scenes',
      subject: 'nsd',
      matrix: { values, samples, voxels: masks.voxels.length },
      where: sessions.map(({ betas }) => betas.file).join(' and '),
      regions: masks.regions,
      positions: masks.grid === null ? null : voxelPositions(masks.grid, masks.voxels),
      space: masks.grid === null ? null : recordingSpace(masks.grid, masks.voxels),
      columns: {
        averagedOver: null,
        run,
        session: sessions.flatMap(({ number, trials }) => trials.images.map(() => String(number))),
        category: null,
        set: sessions.flatMap(({ trials }) => trials.shared.map((shared): ShippedSet => (shared ? 'test' : 'train'))),
      },
      pictures: [
        {
          samples,
          images: completed.images,
          labels: all.map(String),
          base: completed.images !== undefined && 'array' in completed.images ? 1 : 'auto',
          where: first.betas.file,
        },
      ],
      preprocessing: [{ name: 'percent signal change', parameters: { storedTimes: completed.scale ?? 1 } }],
      guesses: [...guesses, ...sharedGuess(sessions)],
    },
    { ...given, recipe: completed },
    sources,
    options,
  );
}

function sharedGuess(sessions: readonly Session[]): RecipeGuess[] {
  const shared = sessions.flatMap(({ trials }) => trials.shared).filter((is) => is).length;
  return [
    {
      about: 'set',
      choice: `${shared} trials are the test`,
      reason: 'they show the 1,000 images that every participant saw',
    },
  ];
}

async function findSessions(recipe: NsdRecipe, sources: SourceFiles): Promise<Session[]> {
  const design = await readDesign(sources, recipe.participant);
  const sessions = sources.arrays().flatMap(({ reference, array }): Session[] => {
    if (array.name !== recipe.betas || array.shape.length !== 4) return [];
    const alias = reference.includes(':') ? reference.slice(0, reference.indexOf(':')) : 'betas';
    const number = recipe.sessions?.[alias] ?? sessionNumber(alias);
    return [{ number, betas: array, trials: design.session(number, array.shape[0]) }];
  });
  if (sessions.length === 0) {
    throw new CortextError(
      'ARRAY_MISSING',
      `No file has responses called ${recipe.betas}, trials on a grid of voxels.`,
      {
        hint: `There are ${sources.listing().join('; ') || 'no arrays'}.`,
      },
    );
  }
  const odd = sessions.find(({ betas }) => betas.shape.slice(1).join() !== sessions[0].betas.shape.slice(1).join());
  if (odd !== undefined) {
    throw wrongShape(odd.betas, `the grid [${sessions[0].betas.shape.slice(1).join(', ')}] of the other sessions`);
  }
  return sessions.sort((a, b) => a.number - b.number);
}

function sessionNumber(alias: string): number {
  const digits = /(\d+)\D*$/.exec(alias)?.[1];
  if (digits !== undefined) return Number(digits);
  throw new CortextError('INVALID_RECIPE', `Of which session ${alias} is, its name does not say.`, {
    hint: `Write "sessions: { ${alias}: 1 }".`,
  });
}

function gridOf({ shape }: FoundArray): BetaShape {
  return [shape[1], shape[2], shape[3]];
}

/** Fills in scale, stimuli, mask and regions from what is among the files. */
function completeRecipe(
  recipe: NsdRecipe,
  sources: SourceFiles,
  shape: BetaShape,
  betas: FoundArray,
  guesses: RecipeGuess[],
): NsdRecipe {
  const scale = recipe.scale ?? (betas.type.includes('int') ? INTEGER_SCALE : 1);
  if (recipe.scale === undefined)
    guesses.push({ about: 'scale', choice: String(scale), reason: `responses are ${betas.type}` });
  const arrays = sources.arrays();
  const images = recipe.images ?? findStimuli(arrays, guesses);
  const onGrid = arrays.filter(({ array }) => array.shape.length === 3 && isOnGrid(array, shape));
  const regions =
    recipe.regions ?? Object.fromEntries(onGrid.map(({ reference, array }) => [array.name, { array: reference }]));
  const named = nameRegions(regions, guesses);
  const mask = recipe.mask ?? regions.nsdgeneral;
  if (recipe.mask === undefined && mask !== undefined) {
    guesses.push({ about: 'mask', choice: 'nsdgeneral', reason: 'its name' });
  }
  if (mask === undefined && Object.keys(named).length === 0) {
    throw new CortextError('INVALID_RECIPE', 'The recipe does not say which of the voxels to read.', {
      hint: 'Add a mask on the grid of the responses, such as nsdgeneral.nii.gz, or regions.',
    });
  }
  return { ...recipe, scale, ...(images && { images }), ...(mask && { mask }), regions: named };
}

function findStimuli(
  arrays: readonly { readonly reference: string; readonly array: FoundArray }[],
  guesses: RecipeGuess[],
): ImagesRecipe | undefined {
  const brick = arrays.find(({ array }) => array.name === 'imgBrick' && array.shape.length === 4);
  if (brick === undefined) return undefined;
  guesses.push({ about: 'images', choice: brick.reference, reason: 'its name' });
  const common = { order: 'row-major', channelAxis: 'last', range: [0, 255], clip: false } as const;
  return { array: brick.reference, layout: 'NHWC', ...common, range: [...common.range] };
}

/** The parts of `prf-visualrois` by their names; a mask of all that was recorded is no region. */
function nameRegions(
  regions: Readonly<Record<string, NsdMaskRecipe>>,
  guesses: RecipeGuess[],
): Record<string, NsdMaskRecipe> {
  const named: Record<string, NsdMaskRecipe> = {};
  for (const [name, mask] of Object.entries(regions)) {
    if (name === 'nsdgeneral' || name === 'brainmask') continue;
    if (!/prf-?_?visualrois$/i.test(name) || mask.labels !== undefined) {
      named[name] = mask;
      continue;
    }
    for (const [area, labels] of Object.entries(visualAreas)) named[area] = { ...mask, labels: [...labels] };
    guesses.push({ about: 'regions', choice: Object.keys(visualAreas).join(', '), reason: `the labels of ${name}` });
  }
  return named;
}

interface Masks {
  /** Flat indices on the grid, x fastest; ascending. */
  readonly voxels: readonly number[];
  readonly regions: readonly Region[];
  readonly grid: Grid | null;
}

/** Without a mask, every voxel of a region is read. */
async function readMasks(
  { mask, regions = {} }: NsdRecipe,
  sources: SourceFiles,
  shape: BetaShape,
  signal: AbortSignal | undefined,
): Promise<Masks> {
  let grid: Grid | null = null;
  const voxelsOf = async (recipe: NsdMaskRecipe): Promise<number[]> => {
    const labels = await readGridLabels(sources, recipe, shape, signal);
    grid ??= labels.grid;
    return labelledVoxels(labels.values, recipe.labels);
  };
  const found: { name: string; voxels: number[] }[] = [];
  for (const [name, recipe] of Object.entries(regions)) found.push({ name, voxels: await voxelsOf(recipe) });
  const voxels =
    mask === undefined
      ? [...new Set(found.flatMap((region) => region.voxels))].sort((a, b) => a - b)
      : await voxelsOf(mask);
  if (voxels.length === 0) throw emptyRegion('of the mask', 'it is 0 everywhere');
  const place = new Map(voxels.map((voxel, column) => [voxel, column]));
  const placed = found.map((region): Region => {
    const columns = region.voxels.flatMap((voxel) => place.get(voxel) ?? []);
    if (columns.length === 0) throw emptyRegion(region.name, 'none of its voxels lies in the mask');
    return { name: region.name, voxels: columns };
  });
  const all = { name: 'all', voxels: voxels.map((_, column) => column) };
  return { voxels, regions: placed.length > 0 ? placed : [all], grid };
}

async function readResponses(
  sessions: readonly Session[],
  shape: BetaShape,
  voxels: readonly number[],
  scale: number,
  { onProgress, signal }: ImportReadOptions,
): Promise<Float32Array> {
  const total = sessions.reduce((sum, { betas }) => sum + betas.shape[0], 0);
  const values = new Float32Array(total * voxels.length);
  const size = shape[0] * shape[1] * shape[2];
  let to = 0;
  let done = 0;
  for (const { betas } of sessions) {
    for await (const { rows, data } of betas.rows()) {
      signal?.throwIfAborted();
      for (let row = 0; row < rows; row++) {
        for (const voxel of voxels) values[to++] = data[row * size + voxel] / scale;
      }
      done += rows;
      onProgress?.({ phase: 'arrays', done, total });
    }
  }
  return values;
}
