import { Button, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ImportPreview } from '../../../shared/imports.ts';
import { importTexts } from '../../texts/import.ts';
import type { ImportWizard } from './use-import.ts';

/** Every entry by hand: for what has no control of its own. */
export function RecipeText({ wizard, preview }: { wizard: ImportWizard; preview: ImportPreview }) {
  const [text, setText] = useState(() => JSON.stringify(preview.recipe, null, 2));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {importTexts.recipeText}
      </Text>
      <Textarea
        aria-label={importTexts.recipeLabel}
        value={text}
        rows={16}
        spellCheck={false}
        classNames={{ input: 'recipe-text' }}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <Button
        variant="default"
        disabled={wizard.looking}
        onClick={() => {
          wizard.lookWith(text);
        }}
      >
        {importTexts.apply}
      </Button>
    </Stack>
  );
}
