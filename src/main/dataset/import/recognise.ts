/** Dry run: what an import would bring, before anything is written. */
import { RECORDING_SCHEMA_VERSION, type RecordingMetadata, type SourceFile } from '../../../shared/recording.ts';
import { sha256 } from '../../files/hash.ts';
import { imagePixels, type ImageSet } from '../image-set.ts';
import type { DraftImages, RecordingDraft } from '../recording-draft.ts';
import { countRepetitions } from '../describe-recording.ts';
import { regionOverlaps, regionUnions, UNION_SHARE, type RegionOverlap } from '../regions.ts';
import { possibleSplits, type SplitKind } from '../splits.ts';
import { formatOf } from './formats.ts';
import type { DraftOptions, ReadImport, ScansReport } from './import-format.ts';
import type { LoadedRecipe, RecipeGuess } from './load-recipe.ts';
import type { ImageRange } from './image-range.ts';
import { readImport } from './read-import.ts';
import type { CourseSource } from './scans/preview-course.ts';
import type { FunctionalVolume } from './scans/slices-picture.ts';
import type { StimulusReport } from './stimulus-report.ts';
import { LARGE_VALUE, type VoxelFindings } from './voxel-matrix.ts';

/** Plain data, as it can be printed or shown. */
export interface ImportReport {
  readonly name: string;
  readonly subject: string;
  /** What the files were taken for; why stands among the guesses, unless the recipe says it. */
  readonly format: string;
  readonly samples: number;
  readonly voxels: number;
  readonly regions: readonly { readonly name: string; readonly voxels: number }[];
  readonly overlaps: readonly RegionOverlap[];
  /** Voxels in no region. */
  readonly voxelsOutsideRegions: number;
  readonly hasPositions: boolean;
  readonly stimuli: {
    /** Different pictures. */
    readonly count: number;
    readonly unshown: number;
    readonly samplesWithout: number;
    /** How often the pictures were shown: least, most. */
    readonly repetitions: { readonly least: number; readonly most: number } | null;
    readonly sizes: readonly {
      readonly width: number;
      readonly height: number;
      readonly channels: 1 | 3;
      readonly count: number;
    }[];
    readonly ranges: readonly ImageRange[];
    /** By name: which images were found, which are missing, double or unused. */
    readonly report: StimulusReport;
  };
  /** Columns that were found, with the values of each and how often each occurs (the first 20). */
  readonly columns: readonly {
    readonly name: string;
    readonly distinct: number;
    readonly values: readonly (readonly [string, number])[];
  }[];
  readonly responses: VoxelFindings;
  /** Null for recordings that do not come from scanner runs. */
  readonly scans: ScansReport | null;
  readonly possibleSplits: readonly { readonly kind: SplitKind; readonly folds: number }[];
  /** Everything that the recipe left open, how it was taken, and why. */
  readonly guesses: readonly RecipeGuess[];
  readonly warnings: readonly string[];
  readonly sources: readonly SourceFile[];
  /** The recipe as resolved. */
  readonly recipe: Readonly<Record<string, unknown>>;
}

export interface Recognised {
  readonly report: ImportReport;
  /** For the contact sheet. Missing responses are still in it: it is not for writing. */
  readonly draft: RecordingDraft;
  /** For a picture of where the regions lie; null for recordings that do not come from scanner runs. */
  readonly functional: FunctionalVolume | null;
  /** For looking at what the steps do to a voxel; null like `functional`. */
  readonly course: CourseSource | null;
}

/**
 * Reads everything that an import would read and says what it found. Missing responses are counted, not refused.
 *
 * @throws CortextError as `draftFromRecipe`, for whatever cannot be imported at all
 */
export async function recogniseImport(
  loaded: LoadedRecipe,
  options: Omit<DraftOptions, 'missing' | 'missingStimuli'> = {},
): Promise<Recognised> {
  const read = await readImport(loaded, { ...options, tolerant: true });
  const { draft, functional = null, course = null } = read;
  return { report: await describeImport(read, loaded, options.signal), draft, functional, course };
}

async function describeImport(
  read: ReadImport,
  loaded: LoadedRecipe,
  signal: AbortSignal | undefined,
): Promise<ImportReport> {
  const { draft, findings } = read;
  const picture = await lookAtPictures(draft.images, signal);
  const stimulus = draft.columns.stimulus.map((index) => (index === null ? null : picture.indexOf[index]));
  const shown = new Map<number, number>();
  for (const index of stimulus) if (index !== null) shown.set(index, (shown.get(index) ?? 0) + 1);
  const counts = [...shown.values()];
  const inRegion = new Set(draft.regions.flatMap(({ voxels }) => voxels)).size;
  const overlaps = regionOverlaps(draft.regions);
  const report: Omit<ImportReport, 'warnings'> = {
    name: draft.name,
    subject: draft.subject,
    format: formatOf(loaded.recipe).title,
    samples: draft.sampleCount,
    voxels: draft.voxelCount,
    regions: draft.regions.map(({ name, voxels }) => ({ name, voxels: voxels.length })),
    overlaps,
    voxelsOutsideRegions: draft.voxelCount - inRegion,
    hasPositions: draft.positions !== null,
    stimuli: {
      count: picture.ids.length,
      unshown: read.stimuli.unused.length,
      samplesWithout: stimulus.filter((index) => index === null).length,
      repetitions: counts.length === 0 ? null : { least: Math.min(...counts), most: Math.max(...counts) },
      sizes: picture.sizes,
      ranges: read.ranges,
      report: read.stimuli,
    },
    columns: describeColumns(draft),
    responses: findings,
    scans: read.scans ?? null,
    possibleSplits: possibleSplits(provisionalMetadata(draft, picture.ids, stimulus)),
    guesses: read.guesses,
    sources: draft.provenance.sources,
    recipe: draft.provenance.recipe,
  };
  return { ...report, warnings: warningsOf(report, loaded) };
}

type PictureSize = ImportReport['stimuli']['sizes'][number];

/** Sizes, and which pictures are one stimulus because they have the same pixels, as they will be in the recording. */
async function lookAtPictures(
  images: DraftImages,
  signal: AbortSignal | undefined,
): Promise<{ ids: string[]; indexOf: number[]; sizes: PictureSize[] }> {
  const known = new Map<string, number>();
  const sizes = new Map<string, PictureSize>();
  const indexOf: number[] = [];
  for (let i = 0; i < images.count; i++) {
    const image: ImageSet = await images.load(i, signal);
    const { height, width, channels } = image;
    const { buffer, byteOffset, byteLength } = imagePixels(image, 0);
    const size = `${height} ${width} ${channels}`;
    sizes.set(size, { width, height, channels, count: (sizes.get(size)?.count ?? 0) + 1 });
    const id = sha256(size, new Uint8Array(buffer, byteOffset, byteLength));
    const index = known.get(id) ?? known.size;
    known.set(id, index);
    indexOf.push(index);
  }
  return { ids: [...known.keys()], indexOf, sizes: [...sizes.values()] };
}

function describeColumns({ columns }: RecordingDraft): ImportReport['columns'] {
  return (['run', 'session', 'category', 'set', 'averagedOver'] as const).flatMap((name) => {
    const column = columns[name];
    if (column === null) return [];
    const counts = new Map<string, number>();
    for (const value of column) {
      const key = value === null ? '(none)' : String(value);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [{ name, distinct: counts.size, values: [...counts].slice(0, 20) }];
  });
}

/** As much of a recording as the splits ask about. */
function provisionalMetadata(
  draft: RecordingDraft,
  ids: readonly string[],
  stimulus: readonly (number | null)[],
): RecordingMetadata {
  const { columns } = draft;
  const copy = <T>(list: readonly T[] | null) => (list === null ? null : [...list]);
  return {
    schemaVersion: RECORDING_SCHEMA_VERSION,
    id: 'dry-run',
    contentHash: '',
    name: draft.name,
    subject: draft.subject,
    createdAt: '',
    samples: draft.sampleCount,
    voxels: draft.voxelCount,
    positions: null,
    space: null,
    reference: null,
    regions: [],
    stimuli: ids.map((id) => ({ id, name: id, width: 1, height: 1, channels: 1, category: null })),
    columns: {
      stimulus: [...stimulus],
      repetition: countRepetitions(stimulus, columns.stimulusName),
      averagedOver: copy(columns.averagedOver) ?? stimulus.map(() => 1),
      run: copy(columns.run),
      session: copy(columns.session),
      category: copy(columns.category),
      set: copy(columns.set),
    },
    preprocessing: [],
    quality: { constantVoxels: 0, outlierVoxels: 0, minimum: 0, maximum: 0 },
    provenance: { sources: [], recipe: {}, cortextVersion: '' },
  };
}

/** Fewer samples than this per voxel's statistics are hardly a recording; more voxels than samples is usual. */
const FEW_SAMPLES = 10;

function warningsOf(report: Omit<ImportReport, 'warnings'>, loaded: LoadedRecipe): string[] {
  const { responses, stimuli } = report;
  const warnings: string[] = [];
  if (responses.notFinite.values > 0) {
    const [{ sample, voxel }] = responses.notFinite.first;
    const rule = loaded.recipe.missing;
    const consequence = {
      error: 'the import will refuse them',
      zero: 'they become 0',
      'drop-voxels': 'these voxels are left out',
    }[rule];
    warnings.push(
      `${responses.notFinite.values} responses in ${responses.notFinite.voxels} voxels are NaN or infinite (first: voxel ${voxel} of sample ${sample}); ${consequence} ("missing: ${rule}").`,
    );
  }
  if (responses.large.voxels > 0) {
    warnings.push(
      `${responses.large.voxels} voxels have responses beyond ${LARGE_VALUE} (${responses.large.above} above ${LARGE_VALUE}, ${responses.large.below} below -${LARGE_VALUE}): raw units, or outliers.`,
    );
  }
  if (responses.constant.voxels > 0) {
    warnings.push(
      `${responses.constant.voxels} voxels have the same response to every sample (first: ${responses.constant.first.join(', ')}).`,
    );
  }
  if (report.samples > report.voxels && stimuli.count === 0 && report.scans === null) {
    warnings.push(
      `There are more samples (${report.samples}) than voxels (${report.voxels}): is the matrix transposed?`,
    );
  }
  if (report.samples < FEW_SAMPLES) warnings.push(`There are only ${report.samples} samples.`);
  const { missing, double } = stimuli.report;
  if (missing.length > 0) {
    const rule = loaded.recipe.stimuli?.missing ?? 'error';
    const consequence = { error: 'the import will refuse that', drop: 'such samples are left out', keep: 'such samples are kept' };
    warnings.push(
      `${missing.length} ${missing.length === 1 ? 'image that was shown is' : 'images that were shown are'} missing (${some(missing.map(({ stimulus }) => stimulus))}); ${consequence[rule]} ("stimuli: { missing: ${rule} }").`,
    );
  }
  if (double.length > 0) {
    warnings.push(
      `${double.length} stimuli may be any of several images (${some(double.map(({ stimulus, images }) => `${stimulus}: ${images.join(' or ')}`))}); the import will refuse that.`,
    );
  }
  if (stimuli.count === 0) {
    warnings.push('There are no images: nothing can be reconstructed from this recording until they are added.');
  }
  if (stimuli.unshown > 0) warnings.push(`${stimuli.unshown} images are shown by no sample and will not be imported.`);
  const needNone = stimuli.samplesWithout - [...missing, ...double].reduce((sum, { samples }) => sum + samples, 0);
  if (needNone > 0 && stimuli.count > 0) {
    warnings.push(`${needNone} samples have no image and need none: nothing was shown, or it was imagined.`);
  }
  if (stimuli.sizes.length > 1)
    warnings.push(`The images have ${stimuli.sizes.length} different sizes or colour modes.`);
  for (const { outside, black, white } of stimuli.ranges) {
    if (outside > 0)
      warnings.push(`${outside} values of the images lie outside ${black}..${white} and will be clipped.`);
  }
  warnings.push(...overlapWarnings(report));
  if (report.voxelsOutsideRegions > 0) warnings.push(`${report.voxelsOutsideRegions} voxels are in no region.`);
  if (report.possibleSplits.length === 0 && stimuli.count > 0) {
    warnings.push('No split into training and test is possible: add columns for runs, sessions, categories or sets.');
  }
  return warnings;
}

/** One sentence for each union, however many parts it has, and one for all that share some voxels. */
function overlapWarnings({ overlaps, regions }: Pick<ImportReport, 'overlaps' | 'regions'>): string[] {
  const size = (name: string): number => regions.find((region) => region.name === name)?.voxels ?? 0;
  const unions = regionUnions(overlaps, size).map(({ union, parts }) => {
    const names = parts.map(({ part, voxels }) => (voxels === size(part) ? part : `${part} (${voxels} of ${size(part)})`));
    return `The region ${union} contains ${names.join(', ')}: an experiment may use ${union}, or what it contains, not both.`;
  });
  const partial = overlaps.filter(({ share }) => share <= UNION_SHARE);
  const pairs = partial.map(({ first, second, voxels }) => `${first} and ${second} ${voxels}`);
  return [...unions, ...(pairs.length === 0 ? [] : [`Some voxels are in two regions: ${some(pairs)}.`])];
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, ...` : names.join(', ');
}
