import { Group, Stack, Text } from '@mantine/core';
import { useId, type KeyboardEvent, type ReactNode } from 'react';

export interface Choice<T extends string> {
  readonly value: T;
  readonly title: string;
  readonly text?: string;
  /** At the right of the title. */
  readonly aside?: ReactNode;
}

interface ChoiceListProps<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
}

/** One of several, each explained in a sentence. Arrow keys move, as in a group of radio buttons. */
export function ChoiceList<T extends string>({ label, choices, value, onChange }: ChoiceListProps<T>) {
  const id = useId();
  const chosen = choices.findIndex((choice) => choice.value === value);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (Math.max(chosen, 0) + step + choices.length) % choices.length;
    onChange(choices[next].value);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <Stack gap="xs" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {choices.map((choice, at) => (
        <button
          key={choice.value}
          id={`${id}-${at}`}
          type="button"
          role="radio"
          className="choice"
          aria-checked={choice.value === value}
          tabIndex={at === Math.max(chosen, 0) ? 0 : -1}
          onClick={() => {
            onChange(choice.value);
          }}
        >
          <Group justify="space-between" wrap="nowrap">
            <Text fw={600}>{choice.title}</Text>
            {choice.aside}
          </Group>
          {choice.text !== undefined && (
            <Text size="sm" c="dimmed">
              {choice.text}
            </Text>
          )}
        </button>
      ))}
    </Stack>
  );
}
