import { ActionIcon, Badge, Group, Menu, NumberInput, Select, Stack, TagsInput, Text, Button } from '@mantine/core';
import { importTexts } from '../../texts/import.ts';
import {
  newStep,
  sampleMakers,
  stepParameters,
  type SeriesStep,
  type StepKind,
  type StepParameter,
} from './step-kinds.ts';

interface StepListProps {
  readonly steps: readonly SeriesStep[];
  readonly onChange: (steps: SeriesStep[]) => void;
}

/** The chain in its order; steps are moved, changed, added and taken away. */
export function StepList({ steps, onChange }: StepListProps) {
  const replace = (at: number, step: SeriesStep): void => {
    onChange(steps.with(at, step));
  };
  const move = (at: number, by: number): void => {
    const moved = [...steps];
    const [step] = moved.splice(at, 1);
    moved.splice(at + by, 0, step);
    onChange(moved);
  };
  return (
    <Stack gap="xs">
      <ol className="step-list">
        {steps.map((step, at) => (
          <li key={`${at} ${step.step}`} className="step-entry">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <StepHead step={step.step} at={at} />
              <Group gap={4} wrap="nowrap">
                <Mover
                  label={importTexts.moveUp}
                  step={step.step}
                  sign="↑"
                  disabled={at === 0}
                  onClick={() => {
                    move(at, -1);
                  }}
                />
                <Mover
                  label={importTexts.moveDown}
                  step={step.step}
                  sign="↓"
                  disabled={at === steps.length - 1}
                  onClick={() => {
                    move(at, 1);
                  }}
                />
                <Mover
                  label={importTexts.remove}
                  step={step.step}
                  sign="×"
                  onClick={() => {
                    onChange(steps.toSpliced(at, 1));
                  }}
                />
              </Group>
            </Group>
            <Parameters
              step={step}
              onChange={(changed) => {
                replace(at, changed);
              }}
            />
          </li>
        ))}
      </ol>
      <AddStep steps={steps} onChange={onChange} />
    </Stack>
  );
}

function StepHead({ step, at }: { step: StepKind; at: number }) {
  const { title, text } = importTexts.stepTexts[step];
  return (
    <div>
      <Group gap={8}>
        <Text fw={600} size="sm">
          {at + 1}. {title}
        </Text>
        {sampleMakers.has(step) && (
          <Badge size="sm" variant="light">
            {importTexts.samples}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {text}
      </Text>
    </div>
  );
}

interface MoverProps {
  readonly label: (title: string) => string;
  readonly step: StepKind;
  readonly sign: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function Mover({ label, step, sign, disabled = false, onClick }: MoverProps) {
  return (
    <ActionIcon
      variant="default"
      size="sm"
      disabled={disabled}
      aria-label={label(importTexts.stepTexts[step].title)}
      onClick={onClick}
    >
      {sign}
    </ActionIcon>
  );
}

function AddStep({ steps, onChange }: StepListProps) {
  // Object.keys forgets what keys the type has.
  const kinds = Object.keys(importTexts.stepTexts) as StepKind[];
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default">{importTexts.addStep}</Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} className="step-menu">
        {kinds.map((kind) => (
          <Menu.Item
            key={kind}
            onClick={() => {
              onChange([...steps, newStep(kind)]);
            }}
          >
            {importTexts.stepTexts[kind].title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Parameters({ step, onChange }: { step: SeriesStep; onChange: (step: SeriesStep) => void }) {
  const parameters = stepParameters[step.step];
  if (parameters.length === 0) return null;
  return (
    <Group mt={6} align="flex-end">
      {parameters.map((parameter) => (
        <ParameterInput
          key={parameter.name}
          parameter={parameter}
          value={step[parameter.name] ?? parameter.start}
          onChange={(value) => {
            onChange({ ...step, [parameter.name]: value });
          }}
        />
      ))}
    </Group>
  );
}

interface ParameterInputProps {
  readonly parameter: StepParameter;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function ParameterInput({ parameter, value, onChange }: ParameterInputProps) {
  const { label } = parameter;
  switch (parameter.kind) {
    case 'number':
      return (
        <NumberInput
          size="xs"
          w={150}
          label={label}
          min={parameter.min ?? 0}
          step={parameter.step ?? 1}
          value={Number(value)}
          onChange={(given) => {
            onChange(Number(given));
          }}
        />
      );
    case 'choice':
      return (
        <Select
          size="xs"
          label={label}
          data={parameter.choices.map(([choice, text]) => ({ value: choice, label: text }))}
          value={String(value)}
          allowDeselect={false}
          onChange={(chosen) => {
            onChange(chosen ?? parameter.start);
          }}
        />
      );
    case 'words':
    case 'numbers':
      return (
        <TagsInput
          size="xs"
          flex={1}
          label={label}
          value={(value as readonly unknown[]).map(String)}
          onChange={(words) => {
            onChange(parameter.kind === 'words' ? words : words.map(Number).filter(Number.isFinite));
          }}
        />
      );
  }
}
