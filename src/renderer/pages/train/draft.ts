/** What the wizard has gathered so far, and the experiment that it makes of it. */
import type { NewExperimentInput, RecordingDetails } from '../../../shared/contract.ts';
import type { SplitSpec } from '../../../shared/experiment.ts';

export interface TrainingDraft {
  readonly recording: string | null;
  /** Null takes the default: every region that is not a union of others. */
  readonly regions: readonly string[] | null;
  readonly split: { readonly kind: string; readonly fold: number } | null;
  readonly signOff: string;
  readonly preset: string;
  readonly name: string;
  readonly seed: number;
  readonly shuffledControl: boolean;
  /** Null takes the preset's. */
  readonly steps: number | null;
}

export const emptyDraft: TrainingDraft = {
  recording: null,
  regions: null,
  split: null,
  signOff: '',
  preset: 'quick',
  name: '',
  seed: 1,
  shuffledControl: true,
  steps: null,
};

/** The presentation-wise split tests on stimuli that also train; the others are refused when they do. */
export function needsReason(draft: TrainingDraft): boolean {
  return draft.split?.kind === 'leave-repetition-out';
}

export function toExperiment(draft: TrainingDraft, details: RecordingDetails): NewExperimentInput {
  const settings = {
    ...(draft.steps === null ? {} : { 'training.steps': String(draft.steps) }),
    ...(draft.shuffledControl ? {} : { 'evaluation.shuffledVoxels': 'false' }),
  };
  return {
    recording: details.id,
    preset: draft.preset,
    seed: draft.seed,
    settings,
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(draft.regions === null ? {} : { regions: [...draft.regions] }),
    ...(draft.split === null ? {} : { split: splitSpec(draft.split, details) }),
    ...(needsReason(draft) ? { signOffs: [{ guard: 'shared-stimuli', reason: draft.signOff.trim() }] } : {}),
  };
}

/** A fold of a kind of split as the program takes it. */
export function splitSpec({ kind, fold }: { kind: string; fold: number }, details: RecordingDetails): SplitSpec {
  const folds = details.splits.find((split) => split.kind === kind)?.folds ?? 1;
  switch (kind) {
    case 'leave-run-out':
    case 'leave-session-out':
    case 'leave-repetition-out':
      return { kind, fold };
    case 'leave-stimulus-out':
    case 'leave-category-out':
      return { kind, fold, folds: null };
    case 'k-fold':
      return { kind, fold, folds, seed: 1 };
    default:
      return { kind: 'shipped' };
  }
}
