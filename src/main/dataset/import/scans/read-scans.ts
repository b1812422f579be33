/** From planned runs to a draft: events, regions, time series, steps, pictures. */
import { CortextError, toCortextError } from '../../../../shared/errors.ts';
import type { ShippedSet } from '../../../../shared/recording.ts';
import { readConfounds } from '../../bids/confounds-file.ts';
import { readEvents, type EventColumns } from '../../bids/events-file.ts';
import { readTable, type Table } from '../../bids/table.ts';
import { runChain, type ChainResult } from '../../time-series/chain.ts';
import { runLabel, type Confounds, type RunEvent, type ScannerRun } from '../../time-series/scanner-run.ts';
import { recordedSteps } from '../../time-series/steps.ts';
import { extractSeries } from '../../volumes/extract-series.ts';
import { recordingSpace, voxelPositions } from '../../volumes/grid.ts';
import { encodeNiftiVolume } from '../../volumes/nifti-writer.ts';
import { meanVolume } from '../../volumes/read-volume.ts';
import { assembleDraft, type FoundSamples } from '../assemble-draft.ts';
import type { ImportReadOptions, ReadImport } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { openSources } from '../source-files.ts';
import { chooseRegions, type ChosenRegions } from './choose-regions.ts';
import { completeColumns, setsOfRuns } from './complete-columns.ts';
import { guessSteps } from './guess-steps.ts';
import { openRuns, type OpenedRun } from './open-runs.ts';
import { courseSource, type CourseRuns } from './preview-course.ts';
import type { PlannedRun, ScanPlan } from './scan-plan.ts';
import type { ScansRecipe } from './scans-recipe.ts';

/** A run with everything but its time series. */
interface ReadyRun extends OpenedRun {
  readonly events: readonly RunEvent[];
  readonly confounds: Confounds | null;
}

/**
 * @param plan - what the format found, of the recipe `loaded`
 * @throws CortextError `INVALID_RECIPE`, `ARRAY_MISSING`, `ARRAY_SHAPE` for runs on different grids, `FILE_NOT_FOUND` for
 *   runs without events, `REGION_EMPTY`, `CANCELLED`, and what reading volumes, running the chain and assembling throws
 */
export async function readScans(
  plan: ScanPlan,
  loaded: LoadedRecipe<ScansRecipe>,
  options: ImportReadOptions,
): Promise<ReadImport> {
  const { signal, tolerant = false, onProgress } = options;
  const sources = await openSources(loaded, signal);
  try {
    const guesses: RecipeGuess[] = [...plan.guesses];
    const { opened, problems } = openRuns(plan, loaded.recipe, tolerant, signal);
    const tables = new Map(opened.map(({ run }) => [run, tableOf(run)]));
    const present = [...tables.values()].filter((table) => table !== null);
    const columns = completeColumns(loaded.recipe, present, guesses);
    const runs = opened.map((run): ReadyRun => ({
      ...run,
      events: eventsOf(run.run, tables.get(run.run) ?? null, columns),
      confounds: run.run.confounds === null ? null : readConfounds(run.run.confounds),
    }));
    const { sets, ofRun } = setsOfRuns(opened.map(({ run }) => run), loaded.recipe.sets, guesses);
    const [{ file }] = runs;
    const regions = await chooseRegions(
      { recipe: plan.recipe, folder: loaded.folder },
      plan.proposals,
      file.grid,
      guesses,
      signal,
    );
    const steps = loaded.recipe.steps ?? guessSteps(runs.flatMap(({ events }) => events), commonConfounds(runs), guesses);
    const result = await runChain(extractRuns(runs, regions.voxels, signal), steps, {
      ...(signal === undefined ? {} : { signal }),
      ownsSeries: true,
      onProgress: ({ done }) => onProgress?.({ phase: 'arrays', done, total: runs.length }),
    });
    for (const path of [...runs.flatMap(({ run }) => filesOf(run)), ...regions.files, ...plan.sources]) sources.note(path);
    const course = tolerant ? courseSource(courseRuns(runs, regions.voxels), steps, result) : null;
    const mean = new Float32Array(await meanVolume(file, signal));
    const recipe = completeRecipe(plan, columns, sets, regions, steps);
    const found: FoundSamples = {
      name: plan.name,
      subject: plan.subject,
      matrix: { values: result.samples, samples: result.rows.length, voxels: result.voxels },
      where: plan.name,
      regions: regions.regions,
      positions: voxelPositions(file.grid, regions.voxels),
      space: recordingSpace(file.grid, regions.voxels),
      reference: { kind: 'mean-functional', nifti: encodeMean(file, mean) },
      columns: sampleColumns(result, runs, ofRun, columns),
      pictures: [
        {
          samples: result.rows.length,
          images: recipe.images,
          labels: result.rows.map(({ stimulus }) => stimulus),
          base: 'auto',
          where: plan.name,
        },
      ],
      preprocessing: recordedSteps(steps),
      guesses,
    };
    const read = await assembleDraft(found, { ...loaded, recipe }, sources, options);
    return {
      ...read,
      scans: describeScans(runs, result, regions, [...wholeBrain(regions, plan.regionsElsewhere), ...problems]),
      functional: { grid: file.grid, mean, voxels: regions.voxels },
      ...(course === null ? {} : { course }),
    };
  } catch (error) {
    throw toCortextError(error);
  } finally {
    sources.close();
  }
}

function tableOf({ events }: PlannedRun): Table | null {
  return typeof events === 'string' ? readTable(events) : null;
}

function eventsOf({ events }: PlannedRun, table: Table | null, columns: EventColumns): readonly RunEvent[] {
  if (table !== null) return readEvents(table, columns);
  const ready = typeof events === 'string' || events === null ? [] : events;
  return ready.filter(({ trialType }) => trialType === null || !columns.ignore.includes(trialType));
}

/** Names of the columns that every run has; none when a run has no confounds. */
function commonConfounds(runs: readonly ReadyRun[]): string[] {
  const [first, ...others] = runs.map(({ confounds }) => Object.keys(confounds ?? {}));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

/** One run after the other; the next is already being read while the chain works on one. */
async function* extractRuns(
  runs: readonly ReadyRun[],
  voxels: readonly number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ScannerRun> {
  const extract = (index: number): Promise<Float32Array> | undefined => {
    const run = runs.at(index);
    if (index >= runs.length || run === undefined) return undefined;
    const series = extractSeries([run.run.volumes], voxels, signal === undefined ? {} : { signal });
    // A failure is met when the run is asked for; until then nobody waits for it.
    series.catch(() => undefined);
    return series;
  };
  let next = extract(0);
  try {
    for (const [index, { run, file, repetitionTime, events, confounds }] of runs.entries()) {
      const series = await next;
      next = extract(index + 1);
      if (series === undefined) return;
      const { name, session, startTime } = run;
      const { volumes } = file;
      yield { name, session, series, volumes, voxels: voxels.length, repetitionTime, startTime, events, confounds };
    }
  } finally {
    await next?.catch(() => undefined);
  }
}

/** For time courses of single voxels, read once more: the chain has let go of the series of the runs. */
function courseRuns(runs: readonly ReadyRun[], voxels: readonly number[]): CourseRuns {
  return {
    runs: runs.map(({ run: { name, session, startTime }, file: { volumes }, repetitionTime, events, confounds }) => {
      return { name, session, startTime, volumes, repetitionTime, events, confounds };
    }),
    seriesOf: (run, voxel, signal) =>
      extractSeries([runs[run].run.volumes], [voxels[voxel]], signal === undefined ? {} : { signal }),
  };
}

function filesOf({ volumes, events, confounds }: PlannedRun): string[] {
  return [volumes, ...(typeof events === 'string' ? [events] : []), ...(confounds === null ? [] : [confounds])];
}

function encodeMean(file: OpenedRun['file'], mean: Float32Array): Uint8Array {
  const [a, b, c] = file.grid.affine;
  return encodeNiftiVolume({ size: file.grid.shape, affine: [a, b, c] }, mean);
}

function sampleColumns(
  { rows }: ChainResult,
  runs: readonly ReadyRun[],
  ofRun: readonly ShippedSet[] | null,
  columns: EventColumns,
): FoundSamples['columns'] {
  const setOf = new Map(runs.map(({ run }, index) => [runLabel(run), ofRun?.[index] ?? 'other']));
  const categories = rows.map(({ trialType }) => trialType);
  const hasCategory = columns.category !== null || categories.some((category) => category !== null);
  return {
    averagedOver: rows.map(({ trials }) => Math.max(1, trials.length)),
    run: complete(rows.map(({ run }) => run)),
    session: complete(rows.map(({ session }) => session)),
    category: hasCategory ? categories : null,
    // The trials of an average over several runs lie in one set, or in none.
    set: ofRun === null ? null : rows.map(({ trials }) => commonSet(trials.map(({ run }) => setOf.get(run) ?? 'other'))),
  };
}

function complete(values: readonly (string | null)[]): string[] | null {
  const present = values.filter((value) => value !== null);
  return present.length === values.length ? present : null;
}

function commonSet(sets: readonly ShippedSet[]): ShippedSet {
  return sets.every((set) => set === sets[0]) ? (sets[0] ?? 'other') : 'other';
}

/** The recipe with everything that was recognised: it gives the same recording again. */
function completeRecipe(
  { recipe, name, images }: ScanPlan,
  columns: EventColumns,
  sets: ScansRecipe['sets'],
  regions: ChosenRegions,
  steps: ScansRecipe['steps'],
): ScansRecipe {
  return {
    ...recipe,
    name: recipe.name ?? name,
    columns: { stimulus: columns.stimulus, category: columns.category },
    ignore: [...columns.ignore],
    ...(sets === undefined ? {} : { sets }),
    regions: { ...regions.recipe },
    steps,
    ...(recipe.images === undefined && images !== null && columns.stimulus !== null
      ? { images: { folder: images } }
      : {}),
  };
}

/** Taking everything is easily missed, and rarely meant. */
function wholeBrain({ proposal, voxels }: ChosenRegions, elsewhere: string | null): string[] {
  if (proposal === null || proposal.rank === 0 || (proposal.rank === 1 && elsewhere === null)) return [];
  const taken =
    proposal.rank === 1
      ? `A parcellation of the whole brain is taken (${proposal.title}).`
      : `The whole brain is taken, ${voxels.length} voxels: there are no masks or atlases of regions in the space of the runs.`;
  return [elsewhere === null ? taken : `${taken} ${elsewhere}`];
}

function describeScans(
  runs: readonly ReadyRun[],
  { report }: ChainResult,
  regions: ChosenRegions,
  problems: readonly string[],
): NonNullable<ReadImport['scans']> {
  return {
    runs: runs.map(({ run, file, repetitionTime, events, confounds }) => ({
      run: runLabel(run),
      volumes: file.volumes,
      repetitionTime,
      events: events.length,
      confounds: Object.keys(confounds ?? {}).length,
    })),
    grid: runs[0].gridText,
    problems: [
      ...problems,
      ...regions.report.empty.map((name) => `The region ${name} has no voxel on the grid of the runs; it is left out.`),
      ...regions.report.regions
        .filter(({ lost }) => lost > 0)
        .map(({ name, lost }) => `${lost} voxels of the region ${name} lie outside of the mask; they are left out.`),
      ...report.flatMap(({ findings }) => findings.map(({ message }) => message)),
    ],
  };
}

/** The absolute path of a file that a recipe of scans names; null for none. */
export function pathOf(folder: string, path: string | undefined): string | null {
  return path === undefined ? null : resolveFrom(folder, path);
}

/** Said by formats whose plan has no run at all. */
export function noRuns(where: string, hint: string): CortextError {
  return new CortextError('FILE_NOT_FOUND', `There are no runs to import in ${where}.`, { hint });
}
