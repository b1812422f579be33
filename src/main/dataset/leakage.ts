/**
 * Leakage guards: ways in which a test sample can be known before the test.
 *
 * They are errors, not warnings. A user who knows why a leak is intended signs it off, and the reason stays in the
 * experiment's record. Statistics that an experiment fits are guarded elsewhere: every fit takes training samples only.
 */
import { CortextError } from '../../shared/errors.ts';
import type { LeakageKind, SignOff, SplitSpec } from '../../shared/experiment.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { categoryOf, runOf, stimulusIdOf, type SplitParts } from './split-folds.ts';

export interface LeakageFinding {
  readonly guard: LeakageKind;
  /** One sentence with counts and the first names. */
  readonly message: string;
  /** Every stimulus, category or run concerned. */
  readonly names: readonly string[];
  /** Why it was signed off; null when it was not. */
  readonly reason: string | null;
}

/** A choice or a statistic of the time before the split, and the samples that it was made on. */
export interface FittedOn {
  /** `region V1_reliable`, `z-scores`: what was fitted. */
  readonly what: string;
  readonly samples: readonly number[];
}

/** How many names a message tells; the rest is counted. */
const NAMES_TOLD = 3;

/**
 * Applies every guard to the two parts of a split.
 *
 * - `shared-stimuli`: the same picture (by content hash) in both parts.
 * - `shared-categories`: for `leave-category-out`, any category in both parts. A shipped or fixed split may be meant to
 *   be category-disjoint or not: when all test categories also train it is taken for not, and passes; when only some
 *   do, something slipped through, and that is a finding.
 * - `shared-runs`: the same for scanner runs, with `leave-run-out` and `leave-session-out` as the strict ones.
 * - `straddled-average`: a sample that already is an average, whose stimulus also has samples in the other part. The
 *   average may contain those very trials, unless runs are known and no run is in both parts.
 * - `fitted-on-test`: a region that was chosen by the responses of test samples, or z-scores of the import that name a
 *   run of the test part as a training run.
 *
 * @param fitted - what was chosen by responses before
 * @returns the findings that were signed off
 * @throws CortextError `LEAKAGE` for the first that was not; all are in its details
 */
export function checkLeakage(
  metadata: RecordingMetadata,
  spec: SplitSpec,
  parts: SplitParts,
  signOffs: readonly SignOff[],
  fitted: readonly FittedOn[] = [],
): LeakageFinding[] {
  const findings = findLeaks(metadata, spec, parts, fitted).map((finding) => ({
    ...finding,
    reason: signOffs.find(({ guard }) => guard === finding.guard)?.reason ?? null,
  }));
  const unsigned = findings.filter((finding) => finding.reason === null);
  const [first] = unsigned;
  if (first === undefined) return findings;
  const others = unsigned.slice(1).map(({ guard }) => guard);
  throw new CortextError('LEAKAGE', `${first.message}${others.length === 0 ? '' : ` Also: ${others.join(', ')}.`}`, {
    hint:
      `Choose another split. If this is intended, sign off ${unsigned.map(({ guard }) => `"${guard}"`).join(' and ')} ` +
      'with a reason, which stays in the record of the experiment.',
    details: { findings: unsigned },
  });
}

/** Every leak of a split, signed off or not. */
export function findLeaks(
  metadata: RecordingMetadata,
  spec: SplitSpec,
  parts: SplitParts,
  fitted: readonly FittedOn[] = [],
): LeakageFinding[] {
  return [
    sharedStimuli(metadata, parts),
    sharedGroups(metadata, parts, {
      guard: 'shared-categories',
      groupOf: categoryOf,
      nouns: ['category', 'categories'],
      strict: spec.kind === 'leave-category-out',
      applies: ['shipped', 'fixed', 'leave-category-out'].includes(spec.kind),
    }),
    sharedGroups(metadata, parts, {
      guard: 'shared-runs',
      groupOf: runOf,
      nouns: ['scanner run', 'scanner runs'],
      strict: spec.kind === 'leave-run-out' || spec.kind === 'leave-session-out',
      applies: ['shipped', 'fixed', 'leave-run-out', 'leave-session-out'].includes(spec.kind),
    }),
    straddledAverages(metadata, parts),
    fittedOnTest([...fitted, ...fittedScales(metadata)], parts),
  ].filter((finding) => finding !== null);
}

function sharedStimuli(metadata: RecordingMetadata, parts: SplitParts): LeakageFinding | null {
  const shared = inBoth(parts, (sample) => stimulusIdOf(metadata, sample));
  if (shared.length === 0) return null;
  const names = shared.map((id) => stimulusNames(metadata, id));
  const total = new Set(parts.test.map((sample) => stimulusIdOf(metadata, sample))).size;
  return {
    guard: 'shared-stimuli',
    message: `${shared.length} of ${total} test stimuli also train: ${list(names)}.`,
    names,
    reason: null,
  };
}

/** Every name that the picture has: one that was stored twice is easily overlooked. */
function stimulusNames(metadata: RecordingMetadata, id: string): string {
  const names = metadata.stimuli.filter((stimulus) => stimulus.id === id).map(({ name }) => name);
  return [...new Set(names)].join(' = ');
}

interface GroupGuard {
  readonly guard: 'shared-categories' | 'shared-runs';
  readonly groupOf: (metadata: RecordingMetadata, sample: number) => string | null;
  readonly nouns: readonly [string, string];
  /** Any shared group is a finding, even when all are shared. */
  readonly strict: boolean;
  readonly applies: boolean;
}

function sharedGroups(
  metadata: RecordingMetadata,
  parts: SplitParts,
  { guard, groupOf, nouns: [one, several], strict, applies }: GroupGuard,
): LeakageFinding | null {
  if (!applies) return null;
  const of = (sample: number) => groupOf(metadata, sample);
  const shared = inBoth(parts, of);
  const total = new Set(parts.test.map(of).filter((group) => group !== null)).size;
  if (shared.length === 0 || (!strict && shared.length === total)) return null;
  return {
    guard,
    message: `${shared.length} of ${total} test ${total === 1 ? one : several} also train: ${list(shared)}.`,
    names: shared,
    reason: null,
  };
}

function straddledAverages(metadata: RecordingMetadata, parts: SplitParts): LeakageFinding | null {
  const { averagedOver, run } = metadata.columns;
  if (run !== null && inBoth(parts, (sample) => runOf(metadata, sample)).length === 0) return null;
  const shared = new Set(inBoth(parts, (sample) => stimulusIdOf(metadata, sample)));
  const straddling = [...parts.train, ...parts.test].filter((sample) => {
    return averagedOver[sample] > 1 && shared.has(stimulusIdOf(metadata, sample) ?? '');
  });
  if (straddling.length === 0) return null;
  const names = [...new Set(straddling.map((sample) => stimulusNames(metadata, stimulusIdOf(metadata, sample) ?? '')))];
  return {
    guard: 'straddled-average',
    message:
      `${straddling.length} samples are averages over repetitions of stimuli that are in both parts, and may ` +
      `contain the same trials: ${list(names)}.`,
    names,
    reason: null,
  };
}

function fittedOnTest(fitted: readonly FittedOn[], parts: SplitParts): LeakageFinding | null {
  const tested = new Set(parts.test);
  const leaking = fitted.flatMap(({ what, samples }) => {
    const seen = samples.filter((sample) => tested.has(sample)).length;
    return seen === 0 ? [] : [{ what, seen }];
  });
  if (leaking.length === 0) return null;
  const told = leaking.map(({ what, seen }) => `${what} (${seen} of ${tested.size} test samples)`);
  return {
    guard: 'fitted-on-test',
    message: `Fitted on samples that test: ${list(told)}.`,
    names: leaking.map(({ what }) => what),
    reason: null,
  };
}

/** Steps of the import that were fitted on runs named as training runs. */
function fittedScales({ preprocessing, columns: { run, session } }: RecordingMetadata): FittedOn[] {
  if (run === null) return [];
  return preprocessing.flatMap(({ name, parameters: { trainingRuns } }) => {
    if (!Array.isArray(trainingRuns)) return [];
    const labels = new Set(trainingRuns.map(String));
    const label = (sample: number) => (session === null ? run[sample] : `${session[sample]}/${run[sample]}`);
    return [{ what: name, samples: run.flatMap((_, sample) => (labels.has(label(sample)) ? [sample] : [])) }];
  });
}

/** Groups with samples in both parts, in the order of the test part. */
function inBoth(parts: SplitParts, groupOf: (sample: number) => string | null): string[] {
  const trained = new Set(parts.train.map(groupOf));
  const tested = new Set(parts.test.map(groupOf));
  return [...tested].filter((group) => group !== null && trained.has(group)).map(String);
}

function list(names: readonly string[]): string {
  const told = names.slice(0, NAMES_TOLD).join(', ');
  return names.length <= NAMES_TOLD ? told : `${told} and ${names.length - NAMES_TOLD} more`;
}
