import { Accordion, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useCall } from '../../api/client-context.tsx';
import { ChoiceList } from '../../components/choice-list.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { texts } from '../../texts/en.ts';
import type { TrainingDraft } from './draft.ts';

interface ModelStepProps {
  readonly draft: TrainingDraft;
  readonly onChange: (part: Partial<TrainingDraft>) => void;
}

export function ModelStep({ draft, onChange }: ModelStepProps) {
  const presets = useCall('presets.list', {});
  return (
    <Loaded query={presets}>
      {(list) => (
        <Stack gap="lg">
          <ChoiceList
            label={texts.train.choosePreset}
            value={draft.preset}
            onChange={(preset) => { onChange({ preset, steps: null }); }}
            choices={list.map(({ name, title, description, network, training }) => ({
              value: name,
              title,
              text: description,
              aside: (
                <Text size="xs" c="dimmed" className="numbers">
                  {network.imageSize} px · {training.steps.toLocaleString('en')} {texts.train.trainingSteps.toLowerCase()}
                </Text>
              ),
            }))}
          />
          <Switch
            checked={draft.shuffledControl}
            label={texts.train.shuffledControl}
            description={texts.train.shuffledHint}
            onChange={(event) => { onChange({ shuffledControl: event.currentTarget.checked }); }}
          />
          <Accordion variant="contained" radius="md">
            <Accordion.Item value="advanced">
              <Accordion.Control>{texts.train.advanced}</Accordion.Control>
              <Accordion.Panel>
                <Group>
                  <NumberInput
                    label={texts.train.trainingSteps}
                    min={1}
                    step={100}
                    value={draft.steps ?? list.find(({ name }) => name === draft.preset)?.training.steps ?? 1}
                    onChange={(value) => { onChange({ steps: Math.max(1, Math.round(Number(value) || 1)) }); }}
                  />
                  <NumberInput
                    label={texts.train.seed}
                    min={0}
                    value={draft.seed}
                    onChange={(value) => { onChange({ seed: Math.max(0, Math.round(Number(value) || 0)) }); }}
                  />
                </Group>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Stack>
      )}
    </Loaded>
  );
}
