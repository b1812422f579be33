/** Import formats: each recognises its own files by their content, and reads them in its own way. */
import type { RecordingDraft } from '../recording-draft.ts';
import type { LoadedRecipe, RecipeGuess } from './load-recipe.ts';
import type { ImageRange } from './image-range.ts';
import type { FormatName, RecipeOf } from './recipe.ts';
import type { CourseSource } from './scans/preview-course.ts';
import type { FunctionalVolume } from './scans/slices-picture.ts';
import type { MissingRule, StimuliRecipe } from './recipe-entries.ts';
import type { StimulusReport } from './stimulus-report.ts';
import type { VoxelFindings } from './voxel-matrix.ts';

export interface DraftProgress {
  readonly phase: 'arrays';
  readonly done: number;
  readonly total: number;
}

export interface DraftOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DraftProgress) => void) | undefined;
  /** Takes the place of the recipe's rule. */
  readonly missing?: MissingRule;
  readonly missingStimuli?: StimuliRecipe['missing'] | undefined;
  /** Told which images were found, before any that is missing is refused. */
  readonly onStimuli?: ((report: StimulusReport) => void) | undefined;
}

export interface ImportReadOptions extends DraftOptions {
  /** Missing responses and images stay in the draft: for the dry run, which counts them. */
  readonly tolerant?: boolean;
}

/** A draft, and what was noticed while it was read. */
export interface ReadImport {
  readonly draft: RecordingDraft;
  readonly findings: VoxelFindings;
  readonly guesses: readonly RecipeGuess[];
  readonly ranges: readonly ImageRange[];
  readonly stimuli: StimulusReport;
  /** For recordings that come from scanner runs. */
  readonly scans?: ScansReport;
  /** For a picture of where the regions lie. */
  readonly functional?: FunctionalVolume;
  /** For looking at what the steps do to a voxel; only when the import was tolerant. */
  readonly course?: CourseSource;
}

/** The runs of a recording, for the dry run. */
export interface ScansReport {
  readonly runs: readonly {
    readonly run: string;
    readonly volumes: number;
    /** Seconds. */
    readonly repetitionTime: number;
    readonly events: number;
    /** Columns of confounds. */
    readonly confounds: number;
  }[];
  /** `[48, 28, 30] voxels of 3 x 3 x 3 mm` */
  readonly grid: string;
  /** What an import would refuse, what was left out, and what the steps had to say. */
  readonly problems: readonly string[];
}

/** Files of a format: the recipe that reads them, and what spoke for the format. */
export interface Recognition {
  /** As a user would write it, without `format`; paths are absolute. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** `it has the datasets /dataset and /metadata/key`. */
  readonly reason: string;
}

/** What a recipe may choose among in a dataset; empty where there is nothing to choose. */
export interface ImportChoices {
  readonly subjects: readonly string[];
  readonly sessions: readonly string[];
  readonly tasks: readonly string[];
  readonly spaces: readonly string[];
  /** Regions that lie ready: masks, atlases. */
  readonly regionSets: readonly { readonly title: string; readonly regions: Readonly<Record<string, unknown>> }[];
}

export interface ImportFormat<Name extends FormatName = FormatName> {
  /** What `format:` calls it in a recipe. */
  readonly name: Name;
  /** What a person calls it: `BData (HDF5)`. */
  readonly title: string;
  /**
   * Whether the files and folders are of this format, by their content; null when they are not, or cannot be read.
   *
   * @param paths - absolute
   * @throws CortextError `CANCELLED`; `INVALID_RECIPE` where a dataset is of this format, and what is given beside it is
   *   of no use
   */
  recognise(paths: readonly string[], signal: AbortSignal | undefined): Promise<Recognition | null>;
  /**
   * Reads everything into a draft, which `assembleDraft` makes of the samples that were found.
   *
   * @throws CortextError naming the file and what is wrong with it
   */
  read(loaded: LoadedRecipe<RecipeOf<Name>>, options: ImportReadOptions): Promise<ReadImport>;
  /**
   * What there is to choose among; without it, nothing. Tells what it can where the recipe leaves the subject open.
   *
   * @throws CortextError what listing the files throws
   */
  choices?(loaded: LoadedRecipe<RecipeOf<Name>>): ImportChoices;
}
