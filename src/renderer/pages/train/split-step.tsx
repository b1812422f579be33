import { Alert, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import type { RecordingDetails } from '../../../shared/contract.ts';
import type { ShownSplit } from '../../../shared/training.ts';
import { ChoiceList } from '../../components/choice-list.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';
import { splitOf, splitSpec, type TrainingDraft } from './draft.ts';
import { SplitPicture } from './split-picture.tsx';
import type { ShownSplitQuery } from './use-shown-split.ts';

interface SplitStepProps {
  readonly draft: TrainingDraft;
  readonly details: RecordingDetails;
  readonly shown: ShownSplitQuery;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

export function SplitStep({ draft, details, shown, onChange }: SplitStepProps) {
  const split = splitOf(draft, details);
  const offered = details.splits.map(({ kind, folds }) => ({ kind, folds }));
  // The list of another experiment can be taken over, not made here.
  if (split.kind === 'fixed') offered.push({ kind: 'fixed', folds: 1 });
  const chooseFold = (fold: number): void => {
    onChange({ split: 'fold' in split ? { ...split, fold } : split });
  };
  return (
    <Stack gap="lg">
      <ChoiceList
        label={texts.train.chooseSplit}
        value={split.kind}
        onChange={(kind) => {
          if (kind !== split.kind) onChange({ split: splitSpec({ kind, fold: 0 }, details) });
        }}
        choices={offered.map(({ kind, folds }) => {
          const [title, text] = texts.train.splits[kind] ?? [kind, ''];
          return {
            value: kind,
            title,
            text,
            aside: folds > 1 && (
              <Text size="xs" c="dimmed" className="numbers">
                {texts.train.folds(folds)}
              </Text>
            ),
          };
        })}
      />
      <Section title={texts.train.picture.title} text={texts.train.picture.label}>
        <Loaded query={shown}>
          {(data) => (
            <>
              <Chosen shown={data} onFold={chooseFold} />
              <SplitPicture split={data} onFold={chooseFold} />
            </>
          )}
        </Loaded>
      </Section>
      {shown.data?.findings.map(({ guard, message }) => (
        <Alert key={guard} color="orange" title={texts.train.leaks[guard]}>
          <Text size="sm" mb="sm">
            {message}
          </Text>
          <Textarea
            label={texts.train.signOff}
            description={texts.train.signOffHint}
            required
            autosize
            minRows={2}
            value={draft.reasons[guard] ?? ''}
            onChange={(event) => {
              onChange({ reasons: { ...draft.reasons, [guard]: event.currentTarget.value } });
            }}
          />
        </Alert>
      ))}
    </Stack>
  );
}

/** What the chosen fold is, with a way to another. */
function Chosen({ shown: { chosen, folds }, onFold }: { shown: ShownSplit; onFold: (fold: number) => void }) {
  return (
    <Group mb="sm" gap="md" align="center">
      {folds > 1 && (
        <NumberInput
          aria-label={texts.train.fold}
          prefix={`${texts.train.fold} `}
          suffix={` ${texts.train.foldOf(folds)}`}
          min={1}
          max={folds}
          w={150}
          value={chosen.fold + 1}
          onChange={(value) => {
            onFold(Math.min(folds, Math.max(1, Math.round(Number(value)) || 1)) - 1);
          }}
        />
      )}
      <Text size="sm">{texts.train.picture.tests(chosen.tests)}</Text>
      <Text size="sm" c="dimmed" className="numbers">
        {texts.train.picture.parts(chosen.train, chosen.test, chosen.leftOut)}
      </Text>
    </Group>
  );
}
