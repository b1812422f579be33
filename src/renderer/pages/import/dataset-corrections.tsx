/** Which part of a dataset is meant: subject, task, space, columns of events, regions. */
import { MultiSelect, Select, Stack, Text } from '@mantine/core';
import type { ImportPreview } from '../../../shared/imports.ts';
import { importTexts } from '../../texts/import.ts';
import { entryAt, textAt } from './entries.ts';
import { EntryText } from './entry-text.tsx';
import type { ImportWizard } from './use-import.ts';

interface CorrectionsProps {
  readonly wizard: ImportWizard;
  readonly preview: ImportPreview;
}

export function DatasetCorrections({ wizard, preview }: CorrectionsProps) {
  const { choices, recipe, format } = preview;
  const isScans = format === 'bids' || format === 'openfmri' || format === 'runs';
  const one = [
    ['subject', importTexts.subject, choices.subjects],
    ['task', importTexts.task, choices.tasks],
    ['space', importTexts.space, choices.spaces],
  ] as const;
  const sessions = entryAt(recipe, 'sessions');
  // Also without a column: files of onsets are one for each condition.
  const hasCategory = preview.facts?.columns.some(({ name }) => name === 'category') ?? false;
  return (
    <Stack gap="md">
      {one.map(([entry, label, values]) =>
        values.length === 0 ? null : (
          <Select
            key={entry}
            label={label}
            data={[...values]}
            value={textAt(recipe, entry)}
            onChange={(value) => {
              if (value !== null && value !== recipe[entry]) wizard.change(entry, value);
            }}
          />
        ),
      )}
      {choices.sessions.length > 1 && (
        <MultiSelect
          label={importTexts.sessions}
          placeholder={sessions === undefined ? importTexts.allSessions : ''}
          data={choices.sessions}
          value={Array.isArray(sessions) ? sessions.map(String) : []}
          clearable
          onChange={(chosen) => {
            wizard.change('sessions', chosen.length === 0 ? undefined : chosen);
          }}
        />
      )}
      {isScans && <RegionSets wizard={wizard} preview={preview} />}
      {isScans && (
        <>
          <EntryText
            label={importTexts.mask}
            placeholder={importTexts.none}
            value={textAt(recipe, 'mask') ?? ''}
            onCommit={(path) => {
              wizard.change('mask', path === '' ? undefined : path);
            }}
          />
          <EntryText
            label={importTexts.stimulusColumn}
            placeholder={importTexts.none}
            value={textAt(recipe, 'columns.stimulus') ?? ''}
            onCommit={(column) => {
              wizard.change('columns.stimulus', column === '' ? null : column);
            }}
          />
          <EntryText
            label={importTexts.categoryColumn}
            placeholder={hasCategory ? importTexts.conditionIsCategory : importTexts.none}
            value={textAt(recipe, 'columns.category') ?? ''}
            onCommit={(column) => {
              wizard.change('columns.category', column === '' ? null : column);
            }}
          />
        </>
      )}
      {format === 'nsd' && (
        <Text size="sm" c="dimmed">
          {importTexts.onlyRecipe}
        </Text>
      )}
      {format === 'bdata' && (
        <EntryText
          label={importTexts.responses}
          value={textAt(recipe, 'voxels') ?? ''}
          onCommit={(selection) => {
            wizard.change('voxels', selection === '' ? undefined : selection);
          }}
        />
      )}
    </Stack>
  );
}

function RegionSets({ wizard, preview: { choices, recipe } }: CorrectionsProps) {
  const sets = choices.regionSets;
  if (sets.length === 0) return null;
  const namesOf = (regions: unknown): string =>
    Object.keys(regions ?? {})
      .sort()
      .join('\n');
  const chosen = sets.findIndex(({ regions }) => namesOf(regions) === namesOf(recipe.regions));
  return (
    <Select
      label={importTexts.regionSet}
      placeholder={importTexts.otherRegions}
      data={sets.map(({ title }, at) => ({ value: String(at), label: title }))}
      value={chosen === -1 ? null : String(chosen)}
      onChange={(at) => {
        if (at !== null && Number(at) !== chosen) wizard.change('regions', sets[Number(at)].regions);
      }}
    />
  );
}
