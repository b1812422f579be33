/** What the wizard has gathered so far, and the experiment that it makes of it. */
import type { NewExperimentInput, RecordingDetails } from '../../../shared/contract.ts';
import type { ExperimentConfig, LeakageKind, Preset, SplitSpec } from '../../../shared/experiment.ts';

export interface TrainingDraft {
  readonly recording: string;
  /** Null takes the default: every region that is not a union of others. */
  readonly regions: readonly string[] | null;
  /** Null takes the first that the recording allows. */
  readonly split: SplitSpec | null;
  /** Reasons by what they sign off; only those of present leaks count. */
  readonly reasons: Readonly<Partial<Record<LeakageKind, string>>>;
  readonly preset: string;
  readonly name: string;
  readonly seed: number;
  /** Settings that differ from the preset, by dotted path, as typed. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A reason is a sentence, or at least a word. */
const SHORTEST_REASON = 3;

export function newDraft(recording: string): TrainingDraft {
  return { recording, regions: null, split: null, reasons: {}, preset: 'quick', name: '', seed: 1, settings: {} };
}

/** The draft that would make the same experiment again. */
export function draftLike(config: ExperimentConfig, presets: readonly Preset[]): TrainingDraft {
  const preset = presets.find(({ name }) => name === config.preset) ?? presets[0];
  return {
    recording: config.recording.id,
    regions: config.regions,
    split: config.split,
    reasons: Object.fromEntries(config.signOffs.map(({ guard, reason }) => [guard, reason])),
    preset: preset.name,
    name: '',
    seed: config.seed,
    settings: settingsBeyond(preset, config),
  };
}

const sections = ['condition', 'network', 'objective', 'training', 'evaluation'] as const;

function settingsBeyond(preset: Preset, config: ExperimentConfig): Record<string, string> {
  return Object.fromEntries(
    sections.flatMap((section) => {
      const usual = preset[section] as Readonly<Record<string, unknown>>;
      return Object.entries(config[section])
        .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]))
        .map(([name, value]) => [`${section}.${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
    }),
  );
}

export function splitOf(draft: TrainingDraft, details: RecordingDetails): SplitSpec {
  return draft.split ?? splitSpec({ kind: details.splits.at(0)?.kind ?? 'shipped', fold: 0 }, details);
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

export function isSignedOff({ reasons }: TrainingDraft, leaks: readonly LeakageKind[]): boolean {
  return leaks.every((leak) => (reasons[leak] ?? '').trim().length >= SHORTEST_REASON);
}

/** @param leaks - those that the split has */
export function toExperiment(
  draft: TrainingDraft,
  details: RecordingDetails,
  leaks: readonly LeakageKind[],
): NewExperimentInput {
  return {
    recording: draft.recording,
    preset: draft.preset,
    seed: draft.seed,
    settings: { ...draft.settings },
    split: splitOf(draft, details),
    signOffs: leaks.map((guard) => ({ guard, reason: (draft.reasons[guard] ?? '').trim() })),
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(draft.regions === null ? {} : { regions: [...draft.regions] }),
  };
}

/** A setting as it will be: changed, or the preset's. */
export function settingOf(draft: TrainingDraft, preset: Preset, path: string): string {
  return draft.settings[path] ?? presetValue(preset, path);
}

export function presetValue(preset: Preset, path: string): string {
  const [section, name] = path.split('.');
  // Paths are those of the preset's own sections.
  const value = (preset as unknown as Record<string, Record<string, unknown>>)[section][name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A setting that is the preset's own is no change. */
export function withSetting(
  draft: TrainingDraft,
  preset: Preset,
  path: string,
  value: string,
): TrainingDraft['settings'] {
  const { [path]: _before, ...others } = draft.settings;
  return value === presetValue(preset, path) ? others : { ...others, [path]: value };
}
