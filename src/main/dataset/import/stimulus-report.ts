/** Stimulus report: which stimuli have their images, which miss them, and which images nobody shows. */
import { CortextError } from '../../../shared/errors.ts';
import { withoutEnding, type ImageNames, type StimulusMatches } from './stimulus-names.ts';

/** Plain data. Counts of samples are over the whole recording. */
export interface StimulusReport {
  readonly matched: readonly { readonly stimulus: string; readonly image: string; readonly samples: number }[];
  /** Shown, but not among the images. What was only imagined needs no image. */
  readonly missing: readonly { readonly stimulus: string; readonly samples: number }[];
  /** Shown, but any of several images may be meant. */
  readonly double: readonly {
    readonly stimulus: string;
    readonly images: readonly string[];
    readonly samples: number;
  }[];
  /** Images that no sample shows. */
  readonly unused: readonly string[];
}

export const emptyStimulusReport: StimulusReport = { matched: [], missing: [], double: [], unused: [] };

/** What an image is called in the report and in the recording. */
export function imageName({ names }: Pick<ImageNames, 'names'>, place: number): string {
  return names === null ? `image-${String(place).padStart(4, '0')}` : withoutEnding(names[place]);
}

/** @param shown - places of the images that samples show */
export function reportStimuli(
  labels: readonly (string | null)[],
  matches: StimulusMatches,
  images: ImageNames,
  shown: ReadonlySet<number>,
): StimulusReport {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const nameOf = (place: number) => images.names?.[place] ?? imageName(images, place);
  const all = [...matches].map(([stimulus, match]) => ({ stimulus, match, samples: counts.get(stimulus) ?? 0 }));
  return {
    matched: all.flatMap(({ stimulus, match, samples }) =>
      match.kind === 'image' ? [{ stimulus, image: nameOf(match.place), samples }] : [],
    ),
    missing: all.flatMap(({ stimulus, match, samples }) => (match.kind === 'missing' ? [{ stimulus, samples }] : [])),
    double: all.flatMap(({ stimulus, match, samples }) =>
      match.kind === 'double' ? [{ stimulus, images: match.places.map(nameOf), samples }] : [],
    ),
    unused: Array.from({ length: images.count }, (_, place) => place)
      .filter((place) => !shown.has(place))
      .map(nameOf),
  };
}

export function joinReports(reports: readonly StimulusReport[]): StimulusReport {
  return {
    matched: reports.flatMap(({ matched }) => matched),
    missing: reports.flatMap(({ missing }) => missing),
    double: reports.flatMap(({ double }) => double),
    unused: reports.flatMap(({ unused }) => unused),
  };
}

/** One line per stimulus and per unused image: `state,stimulus,image,samples`. */
export function stimulusReportCsv({ matched, missing, double, unused }: StimulusReport): string {
  const lines = [
    ...missing.map(({ stimulus, samples }) => ['missing', stimulus, '', samples]),
    ...double.flatMap(({ stimulus, images, samples }) => images.map((image) => ['double', stimulus, image, samples])),
    ...unused.map((image) => ['unused', '', image, 0]),
    ...matched.map(({ stimulus, image, samples }) => ['matched', stimulus, image, samples]),
  ];
  return [['state', 'stimulus', 'image', 'samples'], ...lines].map((line) => `${line.map(cell).join(',')}\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @throws CortextError `INVALID_RECIPE` when an entry may mean several images */
export function refuseDoubles({ double }: StimulusReport): void {
  if (double.length === 0) return;
  const [{ stimulus, images }] = double;
  throw new CortextError('INVALID_RECIPE', `The stimulus ${stimulus} may be any of ${images.join(', ')}.`, {
    hint: 'Write names with folder and ending in the stimulus column, or take the surplus images away.',
    details: { double: double.slice(0, 100) },
  });
}

/** @throws CortextError `STIMULUS_MISSING` listing the images that are not there */
export function missingStimuli(missing: readonly string[], { count, where }: ImageNames): CortextError {
  const shown = missing.slice(0, 5).join(', ');
  return new CortextError(
    'STIMULUS_MISSING',
    `${missing.length} ${missing.length === 1 ? 'image that was shown is' : 'images that were shown are'} not among the ${count} of ${where}: ${shown}${missing.length > 5 ? ', ...' : ''}.`,
    {
      hint: 'Add the missing images, or say what becomes of such samples: "stimuli: { missing: drop }" leaves them out, "keep" imports them without image.',
      details: { missing },
    },
  );
}
