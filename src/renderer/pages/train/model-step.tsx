import { Group, NumberInput, Stack, Switch, Text, Title } from '@mantine/core';
import type { Preset } from '../../../shared/experiment.ts';
import { ChoiceList } from '../../components/choice-list.tsx';
import { texts } from '../../texts/en.ts';
import { AdvancedSettings } from './advanced-settings.tsx';
import { settingOf, withSetting, type TrainingDraft } from './draft.ts';

interface ModelStepProps {
  readonly draft: TrainingDraft;
  readonly presets: readonly Preset[];
  readonly preset: Preset;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

const CONTROL = 'evaluation.shuffledVoxels';

export function ModelStep({ draft, presets, preset, onChange }: ModelStepProps) {
  return (
    <Stack gap="lg">
      <ChoiceList
        label={texts.train.choosePreset}
        value={draft.preset}
        // What was changed was changed of the other preset.
        onChange={(name) => {
          if (name !== draft.preset) onChange({ preset: name, settings: {} });
        }}
        choices={presets.map(({ name, title, description, network, training }) => ({
          value: name,
          title,
          text: description,
          aside: (
            <Text size="xs" c="dimmed" className="numbers">
              {network.imageSize} px · {training.steps.toLocaleString('en')} {texts.train.trainingSteps}
            </Text>
          ),
        }))}
      />
      <Group align="flex-start" gap="xl">
        <Switch
          checked={settingOf(draft, preset, CONTROL) === 'true'}
          label={texts.train.shuffledControl}
          description={texts.train.shuffledHint}
          maw={560}
          onChange={(event) => {
            onChange({ settings: withSetting(draft, preset, CONTROL, String(event.currentTarget.checked)) });
          }}
        />
        <NumberInput
          label={texts.train.seed}
          description={texts.train.seedHint}
          min={0}
          w={220}
          value={draft.seed}
          onChange={(value) => {
            onChange({ seed: Math.max(0, Math.round(Number(value) || 0)) });
          }}
        />
      </Group>
      <div>
        <Title order={2} size={15} mb="xs">
          {texts.train.advanced}
        </Title>
        <AdvancedSettings draft={draft} preset={preset} onChange={onChange} />
      </div>
    </Stack>
  );
}
