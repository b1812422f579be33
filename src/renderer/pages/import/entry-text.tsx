import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface EntryTextProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value: string;
  /** Told when the user is done, and something else stands there. */
  readonly onCommit: (value: string) => void;
}

/** A text that counts once it is written: every letter would have the data looked at again. */
export function EntryText({ value, onCommit, ...shown }: EntryTextProps) {
  const [draft, setDraft] = useState<{ of: string; text: string }>({ of: value, text: value });
  const text = draft.of === value ? draft.text : value;
  const commit = (): void => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextInput
      {...shown}
      value={text}
      onChange={(event) => {
        setDraft({ of: value, text: event.currentTarget.value });
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
