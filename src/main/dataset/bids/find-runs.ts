/** Runs of a subject: each with its volumes, events, confounds and timing, wherever in the datasets they lie. */
import { confoundSuffixes } from './confounds-file.ts';
import type { BidsFile, BidsFolder } from './bids-folder.ts';
import { applicable, inheritedMetadata } from './inheritance.ts';

/** A run as a dataset describes it. */
export interface FoundRun {
  /** `1`, or with the task where there are several: distinct within the session. */
  readonly name: string;
  readonly session: string | null;
  readonly task: string;
  /** Null where there are none. */
  readonly events: string | null;
  readonly confounds: string | null;
  /** Seconds; null when no sidecar says it. */
  readonly repetitionTime: number | null;
  /** Time of the first volume on the clock of the events, seconds. */
  readonly startTime: number;
  readonly bold: string;
  /** `raw`, or the space that fMRIPrep resampled the run to: `native`, `T1w`, `MNI152NLin2009cAsym`. */
  readonly space: string;
  /** `2`, where the file says in which of several resolutions the run was resampled; else null. */
  readonly resolution: string | null;
  /** Mask of the brain that belongs to these volumes; null where there is none. */
  readonly brainMask: string | null;
}

const volumeEndings = ['.nii.gz', '.nii'];
/** Entities that say how a run was processed, not which run it is. */
const processing = new Set(['space', 'desc', 'res', 'den', 'label', 'part', 'echo', 'rec']);

/**
 * @param raw - the dataset of the scanner; null where only derivatives are there
 * @returns every version of every run, in the order of sessions and runs
 */
export function findRuns(raw: BidsFolder | null, derivatives: readonly BidsFolder[]): FoundRun[] {
  const all = [...(raw === null ? [] : [raw]), ...derivatives];
  return all.flatMap((dataset) =>
    dataset.files.filter((file) => isRun(file, dataset !== raw)).map((file) => describeRun(file, dataset, raw, derivatives)),
  );
}

function isRun({ suffix, extension, entities }: BidsFile, isDerived: boolean): boolean {
  if (suffix !== 'bold' || !volumeEndings.includes(extension) || entities.task === undefined) return false;
  // Echoes and phases are not what is decoded; boldref and its like have another suffix.
  if (entities.echo !== undefined || entities.part === 'phase') return false;
  return !isDerived || entities.desc === undefined || entities.desc === 'preproc';
}

function describeRun(
  file: BidsFile,
  dataset: BidsFolder,
  raw: BidsFolder | null,
  derivatives: readonly BidsFolder[],
): FoundRun {
  const own = Object.fromEntries(Object.entries(file.entities).filter(([name]) => !processing.has(name)));
  const target = { ...file, entities: own };
  // A derivative may repeat the timing, or leave it to the run that it was made from.
  const source = raw?.files.find((other) => isRun(other, false) && sameRun(other.entities, own));
  const metadata = {
    ...(raw === null || source === undefined ? {} : inheritedMetadata(raw, source)),
    ...inheritedMetadata(dataset, file),
  };
  const repetitionTime = metadata.RepetitionTime;
  const startTime = metadata.StartTime;
  const isRaw = dataset === raw;
  return {
    name: nameOf(own),
    session: own.ses ?? null,
    task: own.task,
    events: eventsOf(target, source, raw, dataset),
    confounds: confoundsOf(own, derivatives),
    repetitionTime: typeof repetitionTime === 'number' && repetitionTime > 0 ? repetitionTime : null,
    startTime: typeof startTime === 'number' && Number.isFinite(startTime) ? startTime : 0,
    bold: file.path,
    space: isRaw ? 'raw' : (file.entities.space ?? 'native'),
    resolution: isRaw ? null : (file.entities.res ?? null),
    brainMask: brainMaskOf(file, isRaw, own, derivatives),
  };
}

/** What is left to tell runs apart when subject, session and task are known. */
function nameOf(entities: Readonly<Record<string, string>>): string {
  const rest = Object.entries(entities).filter(([name]) => !['sub', 'ses', 'task', 'run'].includes(name));
  return [entities.run ?? '1', ...rest.map(([name, value]) => `${name}-${value}`)].join('_');
}

function sameRun(entities: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): boolean {
  const bare = Object.entries(entities).filter(([name]) => !processing.has(name));
  return bare.length === Object.keys(own).length && bare.every(([name, value]) => own[name] === value);
}

function eventsOf(
  target: Pick<BidsFile, 'folders' | 'entities'>,
  source: BidsFile | undefined,
  raw: BidsFolder | null,
  dataset: BidsFolder,
): string | null {
  const places = [
    ...(raw === null || source === undefined ? [] : [{ folder: raw, at: source }]),
    { folder: dataset, at: target },
  ];
  for (const { folder, at } of places) {
    const nearest = applicable(folder, at, 'events', '.tsv').at(-1);
    if (nearest !== undefined) return nearest.path;
  }
  return null;
}

function confoundsOf(own: Readonly<Record<string, string>>, derivatives: readonly BidsFolder[]): string | null {
  for (const { suffix, desc } of confoundSuffixes) {
    for (const { files } of derivatives) {
      const found = files.find(
        (file) =>
          file.suffix === suffix &&
          file.extension === '.tsv' &&
          file.entities.desc === desc &&
          sameRun(file.entities, own),
      );
      if (found !== undefined) return found.path;
    }
  }
  return null;
}

function brainMaskOf(
  file: BidsFile,
  isRaw: boolean,
  own: Readonly<Record<string, string>>,
  derivatives: readonly BidsFolder[],
): string | null {
  const space = isRaw ? undefined : file.entities.space;
  const masks = derivatives.flatMap(({ files }) =>
    files.filter(
      ({ suffix, extension, entities }) =>
        (suffix === 'mask' || suffix === 'brainmask') &&
        volumeEndings.includes(extension) &&
        entities.label === undefined &&
        (entities.desc === 'brain' || suffix === 'brainmask') &&
        sameRun(entities, own),
    ),
  );
  const inSpace = masks.filter(({ entities }) => entities.space === space);
  return (inSpace.find(({ entities }) => entities.res === file.entities.res) ?? inSpace.at(0))?.path ?? null;
}
