import { Stack, TextInput } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { useCall } from '../../api/client-context.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
import { texts } from '../../texts/en.ts';
import type { TrainingDraft } from './draft.ts';

interface ReviewStepProps {
  readonly draft: TrainingDraft;
  readonly details: RecordingDetails;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

/** Everything that was chosen, before it starts. */
export function ReviewStep({ draft, details, onChange }: ReviewStepProps) {
  const { data: presets = [] } = useCall('presets.list', {});
  const preset = presets.find(({ name }) => name === draft.preset);
  const split = draft.split ?? { kind: details.splits[0]?.kind ?? 'shipped', fold: 0 };
  const folds = details.splits.find(({ kind }) => kind === split.kind)?.folds ?? 1;
  const [splitTitle] = texts.train.splits[split.kind] ?? [split.kind];
  const rows = [
    [texts.train.steps.data, `${details.name} (${details.subject})`],
    [texts.train.steps.regions, (draft.regions ?? details.defaultRegions).join(', ')],
    [texts.train.steps.split, folds > 1 ? `${splitTitle}, ${texts.train.fold} ${split.fold + 1} ${texts.train.foldOf(folds)}` : splitTitle],
    [
      texts.train.steps.model,
      preset === undefined
        ? draft.preset
        : `${preset.title}: ${preset.network.imageSize} px, ${(draft.steps ?? preset.training.steps).toLocaleString('en')} ${texts.train.trainingSteps.toLowerCase()}, ${texts.train.batch.toLowerCase()} ${preset.training.batch}`,
    ],
  ] as const;
  return (
    <Stack gap="lg">
      <div className="panel">
        <FactsTable facts={rows} nameWidth={120} />
      </div>
      <TextInput
        label={texts.train.name}
        placeholder={texts.train.namePlaceholder}
        value={draft.name}
        maw={460}
        onChange={(event) => { onChange({ name: event.currentTarget.value }); }}
      />
    </Stack>
  );
}
