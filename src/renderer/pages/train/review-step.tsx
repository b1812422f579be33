import { Alert, Stack, TextInput } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import type { LeakageKind, Preset } from '../../../shared/experiment.ts';
import { useCall } from '../../api/client-context.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
import { settingText, typedSettingInWords } from '../../components/setting-words.ts';
import { texts } from '../../texts/en.ts';
import { settingOf, splitOf, toExperiment, type TrainingDraft } from './draft.ts';
import { EstimateSection } from './estimate-section.tsx';

interface ReviewStepProps {
  readonly draft: TrainingDraft;
  readonly details: RecordingDetails;
  readonly preset: Preset;
  readonly leaks: readonly LeakageKind[];
  readonly forced: boolean;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
  readonly onForced: (forced: boolean) => void;
  readonly onTooLarge: (tooLarge: boolean) => void;
}

/** Everything that was chosen, and what it will take, before it starts. */
export function ReviewStep(props: ReviewStepProps) {
  const { draft, details, preset, leaks, forced, onChange, onForced, onTooLarge } = props;
  const { data: queue } = useCall('training.queue', {});
  return (
    <Stack gap="lg">
      <div className="panel">
        <FactsTable facts={factsOf(draft, details, preset, leaks)} nameWidth={140} />
      </div>
      <EstimateSection
        wanted={toExperiment(draft, details, leaks)}
        forced={forced}
        onForced={onForced}
        onTooLarge={onTooLarge}
      />
      {queue !== undefined && queue.running.length > 0 && <Alert color="gray">{texts.train.waits}</Alert>}
      <TextInput
        label={texts.train.name}
        placeholder={texts.train.namePlaceholder}
        value={draft.name}
        maw={460}
        onChange={(event) => {
          onChange({ name: event.currentTarget.value });
        }}
      />
    </Stack>
  );
}

function factsOf(
  draft: TrainingDraft,
  details: RecordingDetails,
  preset: Preset,
  leaks: readonly LeakageKind[],
): (readonly [string, string])[] {
  const { steps } = texts.train;
  const number = (path: string): number => Number(settingOf(draft, preset, path));
  const changed = Object.entries(draft.settings).map(
    ([path, value]) => `${settingText(path).title}: ${typedSettingInWords(path, value)}`,
  );
  return [
    [steps.data, `${details.name} (${details.subject})`],
    [steps.regions, (draft.regions ?? details.defaultRegions).join(', ')],
    [steps.split, splitInWords(draft, details)],
    ...leaks.map((leak) => [texts.train.reasons, `${texts.train.leaks[leak]}: ${draft.reasons[leak] ?? ''}`] as const),
    [
      steps.model,
      `${preset.title}: ${texts.train.summary(number('network.imageSize'), number('training.steps'), number('training.batch'))}`,
    ],
    ...(changed.length === 0 ? [] : [[texts.train.differs, changed.join('; ')] as const]),
  ];
}

function splitInWords(draft: TrainingDraft, details: RecordingDetails): string {
  const split = splitOf(draft, details);
  const [title] = texts.train.splits[split.kind] ?? [split.kind];
  const folds = details.splits.find(({ kind }) => kind === split.kind)?.folds ?? 1;
  return 'fold' in split && folds > 1
    ? `${title}, ${texts.train.fold.toLowerCase()} ${split.fold + 1} ${texts.train.foldOf(folds)}`
    : title;
}
