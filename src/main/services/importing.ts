/** Import: look first (a dry run with a contact sheet), then bring a recording into the workspace. */
import { dirname, extname, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { synchroniseRecording } from '../catalog/synchronise.ts';
import { writeContactSheet } from '../dataset/import/contact-sheet.ts';
import { importRecording, type ImportProgress } from '../dataset/import/import-recording.ts';
import { checkRecipe, readRecipe, recipeFromMappings, type LoadedRecipe } from '../dataset/import/load-recipe.ts';
import { recogniseImport, type ImportReport } from '../dataset/import/recognise.ts';
import type { MissingRule, StimuliRecipe } from '../dataset/import/recipe-entries.ts';
import { writeSlicesPicture } from '../dataset/import/scans/slices-picture.ts';
import { rebaseRecipe } from '../dataset/import/recipe-paths.ts';
import { stimulusReportCsv, type StimulusReport } from '../dataset/import/stimulus-report.ts';
import { writeFileAtomic, writeJsonAtomic } from '../files/atomic.ts';
import { writeTimeCourses } from '../report/time-course-sheet.ts';
import { recogniseGiven } from './import-source.ts';
import { applyMappings } from './recipe-mappings.ts';
import { cortextVersion } from './version.ts';
import type { Workspace } from './workspace.ts';

export interface ImportRequest {
  /** A recipe, or the data files themselves. */
  readonly paths: readonly string[];
  /** Entries on top of the recipe or of what was guessed: `{'voxels.array': 'R2'}`. */
  readonly mappings?: Readonly<Record<string, string>>;
  readonly missing?: MissingRule | undefined;
  readonly missingStimuli?: StimuliRecipe['missing'] | undefined;
  /** Where to write which images were found, are missing, double or unused: CSV, or JSON by its ending. */
  readonly stimulusReport?: string | undefined;
}

/**
 * The recipe of an import: read from a file, or made of what the files are and what the command says. What it leaves open
 * is recognised from names and shapes when the data are read.
 *
 * @throws CortextError `INVALID_RECIPE`, `FILE_NOT_FOUND`, `CANCELLED`
 */
export async function recipeFor({ paths, mappings = {} }: ImportRequest, signal: AbortSignal): Promise<LoadedRecipe> {
  const [first] = paths;
  if (paths.length === 1 && /\.(ya?ml|json)$/i.test(first)) {
    const loaded = readRecipe(resolve(first));
    if (Object.keys(mappings).length === 0) return loaded;
    return { ...loaded, recipe: checkRecipe(applyMappings(loaded.recipe, mappings), first) };
  }
  const { recipe, guesses } = await recogniseGiven(paths, { format: mappings.format, signal });
  return recipeFromMappings(applyMappings(recipe, mappings), process.cwd(), guesses);
}

export interface ImportPreview extends ImportReport {
  /** Picture of the first stimuli; null when there are none. */
  readonly contactSheet: string | null;
  /** Picture of the mean functional volume with the outlines of the regions; null without scanner runs. */
  readonly slices: string | null;
  /** Picture of one voxel before and after every step; null without scanner runs. */
  readonly timeCourse: string | null;
}

interface PreviewOptions {
  readonly contactSheet: string;
  /** Where to draw the regions upon the mean functional volume; nowhere when it is left out. */
  readonly slices?: string | undefined;
  /** Where to draw the time course of a voxel before and after every step; nowhere when it is left out. */
  readonly timeCourse?: string | undefined;
  /** Where to write the recipe with all that was recognised. */
  readonly saveRecipe?: string | undefined;
  readonly signal: AbortSignal;
}

/** What an import would bring, without importing; with a picture of the first stimuli. */
export async function previewImport(
  request: ImportRequest,
  { contactSheet, slices, timeCourse, saveRecipe, signal }: PreviewOptions,
): Promise<ImportPreview> {
  const loaded = await recipeFor(request, signal);
  const { report, draft, functional, course } = await recogniseImport(loaded, { signal });
  if (request.stimulusReport !== undefined) saveStimulusReport(request.stimulusReport, report.stimuli.report);
  if (saveRecipe !== undefined) saveResolvedRecipe(resolve(saveRecipe), report, loaded.folder);
  const hasStimuli = draft.stimuli.length > 0;
  if (hasStimuli) await writeContactSheet(resolve(contactSheet), draft);
  const picture = functional === null || slices === undefined ? null : resolve(slices);
  if (functional !== null && picture !== null) await writeSlicesPicture(picture, functional, draft.regions);
  const courses = course === null || timeCourse === undefined ? null : resolve(timeCourse);
  if (course !== null && courses !== null) await writeTimeCourses(courses, await course.preview({}, signal));
  return {
    ...report,
    contactSheet: hasStimuli ? resolve(contactSheet) : null,
    slices: picture,
    timeCourse: courses,
  };
}

/** As YAML or, by its ending, JSON. Name and subject are written down: they follow from the names of files otherwise. */
function saveResolvedRecipe(path: string, { recipe, name, subject }: ImportReport, folder: string): void {
  const resolved = rebaseRecipe(checkRecipe({ ...recipe, subject, name }, 'The recognised recipe'), folder, dirname(path));
  if (extname(path).toLowerCase() === '.json') writeJsonAtomic(path, resolved);
  else writeFileAtomic(path, stringify(resolved));
}

/** As CSV or, by its ending, JSON. */
export function saveStimulusReport(path: string, report: StimulusReport): void {
  if (extname(path).toLowerCase() === '.json') writeJsonAtomic(resolve(path), report);
  else writeFileAtomic(resolve(path), stimulusReportCsv(report));
}

interface ProgressOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** @throws CortextError as `importRecording`; the workspace is then as it was, and a new one is gone again */
export async function importInto(
  workspace: Workspace,
  request: ImportRequest,
  options: ProgressOptions,
): Promise<RecordingMetadata> {
  try {
    const metadata = await importLoaded(workspace.root, await recipeFor(request, options.signal), options, request);
    synchroniseRecording(workspace.catalog, workspace.root, metadata.id);
    return metadata;
  } catch (error) {
    workspace.discard();
    throw error;
  }
}

/** Writes a recording that the catalog does not know yet. @throws CortextError as `importRecording` */
export async function importLoaded(
  root: string,
  recipe: LoadedRecipe,
  { signal, onProgress }: ProgressOptions,
  { missing, missingStimuli, stimulusReport }: Pick<ImportRequest, 'missing' | 'missingStimuli' | 'stimulusReport'> = {},
): Promise<RecordingMetadata> {
  return importRecording(root, recipe, {
    cortextVersion,
    signal,
    onProgress,
    ...(missing === undefined ? {} : { missing }),
    missingStimuli,
    onStimuli: (report) => {
      if (stimulusReport !== undefined) saveStimulusReport(stimulusReport, report);
    },
  });
}
