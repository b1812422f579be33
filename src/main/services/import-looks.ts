/**
 * Looks at data before they are imported: what an import would bring, with pictures and time courses.
 *
 * A look never fails because of what a recipe says: what cannot be imported so is told, with all that is known of the data,
 * so that the recipe can be put right.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import type { Courses, ImportFacts, ImportPreview } from '../../shared/imports.ts';
import { describeArrays } from '../dataset/import/arrays-format.ts';
import { writeContactSheet } from '../dataset/import/contact-sheet.ts';
import { choicesOf, formatOf } from '../dataset/import/formats.ts';
import type { DraftProgress } from '../dataset/import/import-format.ts';
import type { LoadedRecipe } from '../dataset/import/load-recipe.ts';
import { rebaseRecipe } from '../dataset/import/recipe-paths.ts';
import { recogniseImport, type ImportReport, type Recognised } from '../dataset/import/recognise.ts';
import type { CourseSource } from '../dataset/import/scans/preview-course.ts';
import { writeSlicesPicture } from '../dataset/import/scans/slices-picture.ts';
import { readSteps } from '../dataset/time-series/check-steps.ts';
import { stagedName } from '../files/staging.ts';
import { saveStimulusReport } from './importing.ts';
import type { StatedRecipe } from './import-source.ts';

/** Older looks are forgotten: a window goes on with its newest. */
const MOST_LOOKS = 6;
/** Of long lists, so many entries are shown; the whole is in the stimulus report. */
const FIRST = 100;
const MOST_ARRAYS = 500;

interface Look {
  readonly folder: string;
  readonly course: CourseSource | null;
  readonly regions: ReadonlyMap<string, readonly number[]>;
}

export interface CourseRequest {
  readonly look: string;
  readonly voxel?: number | undefined;
  readonly region?: string | undefined;
  readonly run?: string | undefined;
  readonly steps?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

export interface ImportLooks {
  /** @throws CortextError `CANCELLED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY` */
  look(stated: StatedRecipe, options: LookOptions): Promise<ImportPreview>;
  /** @throws CortextError `INVALID_ARGUMENT` for a look, voxel, run or steps that are not there */
  course(request: CourseRequest, signal: AbortSignal): Promise<Courses>;
  close(): void;
}

interface LookOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DraftProgress) => void;
}

/** @param staging - folder of the workspace in which pictures live; `data-files.ts` serves them from there */
export function createImportLooks(staging: string): ImportLooks {
  const looks = new Map<string, Look>();
  const forget = (id: string): void => {
    const look = looks.get(id);
    looks.delete(id);
    if (look !== undefined) rmSync(look.folder, { recursive: true, force: true });
  };
  return {
    async look({ loaded, stated }, options) {
      const id = stagedName('look');
      const folder = join(staging, id);
      try {
        mkdirSync(folder, { recursive: true });
        const { preview, look } = await lookAt(loaded, id, folder, options);
        looks.set(id, look);
        for (const old of [...looks.keys()].slice(0, -MOST_LOOKS)) forget(old);
        return { ...preview, stated: { ...stated } };
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw toCortextError(error, folder);
      }
    },
    async course({ look, voxel, region, run, steps }, signal) {
      const found = looks.get(look);
      if (found?.course == null) {
        throw new CortextError('INVALID_ARGUMENT', 'This look has no time courses any more.', { hint: 'Look again.' });
      }
      const choice = { voxel, run, among: region === undefined ? undefined : found.regions.get(region) };
      const tried = steps === undefined ? {} : { steps: readSteps(steps) };
      const { courses, events, ...shown } = await found.course.preview({ ...choice, ...tried }, signal);
      return {
        voxel: shown.voxel,
        run: shown.run,
        courses: courses.map(({ step, times, values }) => ({
          step: step?.step ?? null,
          times: [...times],
          values: values.map((value) => (Number.isFinite(value) ? value : null)),
        })),
        events: events.map(({ onset, duration, trialType }) => ({ onset, duration, trialType })),
      };
    },
    close: () => {
      for (const id of [...looks.keys()]) forget(id);
    },
  };
}

type LookedAt = { readonly preview: Omit<ImportPreview, 'stated'>; readonly look: Look };

async function lookAt(
  loaded: LoadedRecipe,
  id: string,
  folder: string,
  { signal, onProgress }: LookOptions,
): Promise<LookedAt> {
  const arrays = await arraysOf(loaded, signal);
  const about = {
    look: id,
    folder: loaded.folder,
    format: loaded.recipe.format,
    title: formatOf(loaded.recipe).title,
    arrays: arrays.list,
  };
  try {
    const recognised = await recogniseImport(loaded, { signal, onProgress });
    const { report, draft, course } = recognised;
    return {
      preview: {
        ...about,
        recipe: { ...settled(report), name: report.name, subject: report.subject },
        guesses: [...report.guesses],
        problem: null,
        facts: factsOf(report),
        choices: choicesFor({ ...loaded, recipe: { ...loaded.recipe, subject: report.subject } }),
        pictures: await drawPictures(recognised, folder),
        runs: [...(course?.runs ?? [])],
      },
      look: { folder, course, regions: new Map(draft.regions.map(({ name, voxels }) => [name, voxels])) },
    };
  } catch (error) {
    const { code, message, hint } = toCortextError(error);
    if (code === 'CANCELLED' || code === 'INTERNAL') throw error;
    return {
      preview: {
        ...about,
        recipe: { ...rebaseRecipe(arrays.loaded.recipe, loaded.folder) },
        guesses: [...arrays.loaded.guesses],
        problem: { code, message, ...(hint === undefined ? {} : { hint }) },
        facts: null,
        choices: choicesFor(loaded),
        pictures: { contactSheet: false, slices: false },
        runs: [],
      },
      look: { folder, course: null, regions: new Map() },
    };
  }
}

/** How images lie is told from their values when they are read; the recipe then still says `auto`. */
function settled({ recipe, guesses }: ImportReport): Readonly<Record<string, unknown>> {
  const { images } = recipe;
  if (typeof images !== 'object' || images === null || !('array' in images)) return recipe;
  const found = guesses.flatMap(({ about, choice }) => {
    const entry = /^images\.(order|layout)$/.exec(about)?.[1];
    return entry === undefined ? [] : [[entry, choice]];
  });
  return { ...recipe, images: { ...images, ...Object.fromEntries(found) } };
}

/** Arrays to choose among; nothing for other formats, and for files that cannot be opened, which reading them will say. */
async function arraysOf(
  loaded: LoadedRecipe,
  signal: AbortSignal,
): Promise<{ list: ImportPreview['arrays']; loaded: LoadedRecipe }> {
  const { recipe } = loaded;
  if (recipe.format !== 'arrays') return { list: [], loaded };
  try {
    const { arrays, loaded: completed } = await describeArrays({ ...loaded, recipe }, signal);
    return {
      list: arrays.slice(0, MOST_ARRAYS).map((array) => ({ ...array, shape: [...array.shape] })),
      loaded: completed,
    };
  } catch (error) {
    if (toCortextError(error).code === 'CANCELLED') throw error;
    return { list: [], loaded };
  }
}

function choicesFor(loaded: LoadedRecipe): ImportPreview['choices'] {
  try {
    const { subjects, sessions, tasks, spaces, regionSets } = choicesOf(loaded);
    return {
      subjects: [...subjects],
      sessions: [...sessions],
      tasks: [...tasks],
      spaces: [...spaces],
      regionSets: regionSets.map(({ title, regions }) => ({ title, regions: { ...regions } })),
    };
  } catch {
    // What is wrong with the dataset is told as the problem of the look.
    return { subjects: [], sessions: [], tasks: [], spaces: [], regionSets: [] };
  }
}

async function drawPictures(
  { report, draft, functional }: Recognised,
  folder: string,
): Promise<ImportPreview['pictures']> {
  saveStimulusReport(join(folder, 'stimuli.csv'), report.stimuli.report);
  const hasStimuli = draft.stimuli.length > 0;
  if (hasStimuli) await writeContactSheet(join(folder, 'contact-sheet.png'), draft);
  if (functional !== null) await writeSlicesPicture(join(folder, 'slices.png'), functional, draft.regions);
  return { contactSheet: hasStimuli, slices: functional !== null };
}

function factsOf(report: ImportReport): ImportFacts {
  const { stimuli, responses, scans, sources } = report;
  const { matched, missing, double, unused } = stimuli.report;
  const first = <T>(list: readonly T[]): { total: number; first: T[] } => ({
    total: list.length,
    first: list.slice(0, FIRST),
  });
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    name: report.name,
    subject: report.subject,
    samples: report.samples,
    voxels: report.voxels,
    hasPositions: report.hasPositions,
    regions: [...report.regions],
    overlaps: report.overlaps.map(({ first: one, second, voxels }) => ({ first: one, second, voxels })),
    voxelsOutsideRegions: report.voxelsOutsideRegions,
    stimuli: {
      count: stimuli.count,
      repetitions: stimuli.repetitions,
      sizes: [...stimuli.sizes],
      samplesWithout: stimuli.samplesWithout,
      matched: matched.length,
      missing: first(missing),
      double: first(double.map(({ stimulus, images }) => ({ stimulus, images: [...images] }))),
      unused: first(unused),
    },
    columns: report.columns.map(({ name, distinct, values }) => ({
      name,
      distinct,
      values: values.slice(0, 8).map(([value, count]): [string, number] => [value, count]),
    })),
    responses: {
      minimum: finite(responses.minimum),
      maximum: finite(responses.maximum),
      notFinite: responses.notFinite.values,
      constantVoxels: responses.constant.voxels,
    },
    scans:
      scans === null ? null : { runs: [...scans.runs], grid: scans.grid, problems: scans.problems.slice(0, FIRST) },
    splits: report.possibleSplits.map(({ kind, folds }) => ({ kind, folds })),
    warnings: [...report.warnings],
    sources: {
      files: sources.length,
      bytes: sources.reduce((sum, { bytes }) => sum + bytes, 0),
      first: sources.slice(0, 20),
    },
  };
}
