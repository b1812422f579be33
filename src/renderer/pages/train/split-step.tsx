import { NumberInput, Stack, Text, Textarea } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { ChoiceList } from '../../components/choice-list.tsx';
import { texts } from '../../texts/en.ts';
import { needsReason, type TrainingDraft } from './draft.ts';

interface SplitStepProps {
  readonly draft: TrainingDraft;
  readonly details: RecordingDetails;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

export function SplitStep({ draft, details, onChange }: SplitStepProps) {
  const kind = draft.split?.kind ?? details.splits[0]?.kind ?? null;
  const folds = details.splits.find((split) => split.kind === kind)?.folds ?? 1;
  const fold = draft.split?.fold ?? 0;
  return (
    <Stack gap="lg">
      <ChoiceList
        label={texts.train.chooseSplit}
        value={kind}
        onChange={(chosen) => { onChange({ split: { kind: chosen, fold: 0 } }); }}
        choices={details.splits.map((split) => {
          const [title, text] = texts.train.splits[split.kind] ?? [split.kind, ''];
          return {
            value: split.kind,
            title,
            text,
            aside: split.folds > 1 && (
              <Text size="xs" c="dimmed" className="numbers">
                {split.folds}
              </Text>
            ),
          };
        })}
      />
      {kind !== null && folds > 1 && (
        <NumberInput
          label={texts.train.fold}
          description={texts.train.foldOf(folds)}
          min={1}
          max={folds}
          value={fold + 1}
          maw={160}
          onChange={(value) => { onChange({ split: { kind, fold: Math.min(folds, Math.max(1, Number(value) || 1)) - 1 } }); }}
        />
      )}
      {needsReason({ ...draft, split: kind === null ? null : { kind, fold } }) && (
        <Textarea
          label={texts.train.signOff}
          description={texts.train.signOffHint}
          required
          autosize
          minRows={2}
          value={draft.signOff}
          onChange={(event) => { onChange({ signOff: event.currentTarget.value, split: { kind: 'leave-repetition-out', fold } }); }}
        />
      )}
    </Stack>
  );
}
