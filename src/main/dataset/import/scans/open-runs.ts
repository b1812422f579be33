/** The volumes of planned runs, opened; runs that cannot be imported together are named. */
import { CortextError } from '../../../../shared/errors.ts';
import { isNotFetched } from '../../readers/file-bytes.ts';
import { runLabel } from '../../time-series/scanner-run.ts';
import { describeGrid, sameGrid } from '../../volumes/grid.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import type { VolumeFile } from '../../volumes/volume-file.ts';
import type { PlannedRun, ScanPlan } from './scan-plan.ts';
import type { ScansRecipe } from './scans-recipe.ts';

export interface OpenedRun {
  readonly run: PlannedRun;
  readonly file: VolumeFile;
  /** Seconds. */
  readonly repetitionTime: number;
  /** For messages. */
  readonly gridText: string;
}

/** Headers round to float32, and some scanners state a hundredth more or less. */
const SAME_TIME = 0.01;

/**
 * Opens the runs of a plan.
 *
 * @param tolerant - for the dry run: what would be refused becomes a problem, and the largest part that fits together is
 *   looked at
 * @throws CortextError `FILE_NOT_FOUND` for runs without events and, all at once, for runs whose content was not fetched; `ARRAY_SHAPE` for runs on different grids,
 *   `INVALID_RECIPE` for a run that is left out and not there, and what `openVolume` throws
 */
export function openRuns(
  plan: ScanPlan,
  recipe: ScansRecipe,
  tolerant: boolean,
  signal: AbortSignal | undefined,
): { opened: readonly OpenedRun[]; problems: readonly string[] } {
  const problems: string[] = [];
  const refuse = (error: CortextError): void => {
    if (!tolerant) throw error;
    problems.push(`${error.message} ${error.hint ?? ''}`.trim());
  };
  const chosen = withoutLeftOut(plan.runs, recipe.leaveOut ?? []);
  const silent = chosen.filter(({ events }) => events === null || events.length === 0);
  if (silent.length > 0) refuse(noEvents(silent, chosen.length));
  const opened = openAll(
    chosen.filter((run) => !silent.includes(run)),
    (run) => openRun(run, recipe.repetitionTime ?? null, signal, problems),
  );
  const groups = groupByGrid(opened);
  if (groups.length > 1) refuse(differentGrids(groups));
  const [largest] = groups;
  if (largest === undefined) throw noEvents(silent, chosen.length);
  return { opened: largest, problems };
}

function withoutLeftOut(runs: readonly PlannedRun[], leaveOut: readonly string[]): PlannedRun[] {
  const labels = runs.map(runLabel);
  const unknown = leaveOut.find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new CortextError('INVALID_RECIPE', `There is no run ${unknown} to leave out.`, {
      hint: `Runs are ${labels.join(', ')}.`,
    });
  }
  return runs.filter((_, index) => !leaveOut.includes(labels[index]));
}

/** Runs are fetched by one command: all that are missing are told at once. */
function openAll(runs: readonly PlannedRun[], open: (run: PlannedRun) => OpenedRun): OpenedRun[] {
  const missing: PlannedRun[] = [];
  const opened = runs.flatMap((run) => {
    try {
      return [open(run)];
    } catch (error) {
      if (!isNotFetched(error)) throw error;
      missing.push(run);
      return [];
    }
  });
  if (missing.length > 0) throw notFetched(missing, runs.length);
  return opened;
}

function openRun(run: PlannedRun, stated: number | null, signal: AbortSignal | undefined, problems: string[]): OpenedRun {
  const file = openVolume(run.volumes, signal === undefined ? {} : { signal });
  if (file.volumes < 2) {
    throw new CortextError('ARRAY_SHAPE', `${run.volumes} has one volume; a run has many.`, {
      hint: 'Give masks and anatomies as regions, not as runs.',
    });
  }
  const repetitionTime = stated ?? run.repetitionTime ?? file.repetitionTime;
  if (repetitionTime === null) {
    throw new CortextError('INVALID_RECIPE', `Nothing says how many seconds lie between the volumes of ${run.volumes}.`, {
      hint: 'Add "repetitionTime: 2" to the recipe, or RepetitionTime to the sidecar.',
    });
  }
  if (file.repetitionTime !== null && Math.abs(file.repetitionTime - repetitionTime) > SAME_TIME) {
    problems.push(
      `Run ${runLabel(run)}: volumes are taken to be ${repetitionTime} s apart; the header of the file says ${file.repetitionTime} s.`,
    );
  }
  return { run, file, repetitionTime, gridText: describeGrid(file.grid) };
}

/** Runs that lie on one grid, the most first. */
function groupByGrid(runs: readonly OpenedRun[]): OpenedRun[][] {
  const groups: OpenedRun[][] = [];
  for (const run of runs) {
    const group = groups.find(([first]) => sameGrid(first.file.grid, run.file.grid));
    if (group === undefined) groups.push([run]);
    else group.push(run);
  }
  return groups.sort((a, b) => b.length - a.length);
}

function noEvents(silent: readonly PlannedRun[], all: number): CortextError {
  const names = silent.map(runLabel);
  return new CortextError('FILE_NOT_FOUND', `${silent.length} of ${all} runs have no events: ${names.join(', ')}.`, {
    hint: 'Add their events.tsv, or leave them out: "leaveOut: [...]".',
    details: { runs: names },
  });
}

const MOST_LISTED = 10;

function notFetched(missing: readonly PlannedRun[], all: number): CortextError {
  const listed = missing.slice(0, MOST_LISTED).map((run) => `${runLabel(run)} (${run.volumes})`);
  const more = missing.length > MOST_LISTED ? `, and ${missing.length - MOST_LISTED} more` : '';
  return new CortextError(
    'FILE_NOT_FOUND',
    `The content of ${missing.length} of ${all} runs was not fetched: ${listed.join(', ')}${more}.`,
    {
      hint: 'Fetch it ("datalad get" or "git annex get"), or leave the runs out: "leaveOut: [...]".',
      details: { paths: missing.map(({ volumes }) => volumes) },
    },
  );
}

function differentGrids(groups: readonly (readonly OpenedRun[])[]): CortextError {
  const parts = groups.map((group) => `${group.map(({ run }) => runLabel(run)).join(', ')} with ${group[0].gridText}`);
  return new CortextError('ARRAY_SHAPE', `The runs lie on ${groups.length} different grids: ${parts.join('; ')}.`, {
    hint: 'Import runs that were aligned to each other (fMRIPrep does), or leave some out: "leaveOut: [...]".',
  });
}
