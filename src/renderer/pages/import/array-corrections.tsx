/** Which arrays of the files mean what, and which way round they lie. */
import { Accordion, Group, NumberInput, SegmentedControl, Select, Stack, Text, type SelectProps } from '@mantine/core';
import type { ImportPreview } from '../../../shared/imports.ts';
import { importTexts } from '../../texts/import.ts';
import { EntryText } from './entry-text.tsx';
import { entryAt, textAt } from './entries.ts';
import type { ImportWizard } from './use-import.ts';

interface CorrectionsProps {
  readonly wizard: ImportWizard;
  readonly preview: ImportPreview;
}

type ArrayInfo = ImportPreview['arrays'][number];

const choiceOf = ({ name, shape, type }: ArrayInfo) => ({ value: name, label: `${name}  [${shape.join(' × ')}]`, type });

/** In the list there is room for the type as well. */
const choiceWithType: SelectProps['renderOption'] = ({ option }) => (
  <span>
    {option.label}{' '}
    {'type' in option && (
      <Text span size="sm" c="dimmed">
        {String(option.type)}
      </Text>
    )}
  </span>
);

export function ArrayCorrections({ wizard, preview }: CorrectionsProps) {
  const { arrays, recipe } = preview;
  const responses = textAt(recipe, 'voxels.array');
  const shape = arrays.find(({ name }) => name === responses)?.shape;
  const matrices = arrays.filter((array) => array.shape.length === 2);
  return (
    <Stack gap="md">
      {entryAt(recipe, 'parts') === undefined && (
        <>
          <Select
            label={importTexts.responses}
            data={matrices.map(choiceOf)}
            value={responses}
            renderOption={choiceWithType}
            searchable
            onChange={(array) => {
              if (array !== null && array !== responses) wizard.change('voxels', { array });
            }}
          />
          {entryAt(recipe, 'voxels.columns') === undefined && (
            <Choice
              label={importTexts.layout}
              choices={importTexts.layouts}
              value={textAt(recipe, 'voxels.layout') ?? 'samples-by-voxels'}
              hint={shape?.length === 2 ? importTexts.shape(shape[0], shape[1]) : undefined}
              onChange={(layout) => {
                wizard.change('voxels.layout', layout);
              }}
            />
          )}
        </>
      )}
      <ImageCorrections wizard={wizard} preview={preview} />
      <Labels wizard={wizard} preview={preview} />
      <EntryText
        label={importTexts.oneRegion}
        description={importTexts.oneRegionHint}
        value={regionOfAll(recipe.regions)}
        onCommit={(name) => {
          wizard.change('regions', name === '' ? undefined : { [name]: { all: true } });
        }}
      />
    </Stack>
  );
}

/** Name of the only region, when it is all voxels. */
function regionOfAll(regions: unknown): string {
  const [[name, region] = ['', null], ...more] = Object.entries((regions ?? {}) as Record<string, unknown>);
  const isAll = typeof region === 'object' && region !== null && 'all' in region;
  return isAll && more.length === 0 ? name : '';
}

function ImageCorrections({ wizard, preview }: CorrectionsProps) {
  const { arrays, recipe } = preview;
  const array = textAt(recipe, 'images.array');
  const place = textAt(recipe, 'images.folder') ?? textAt(recipe, 'images.zip');
  const range = entryAt(recipe, 'images.range');
  const [black, white] = Array.isArray(range) ? (range as number[]) : [null, null];
  return (
    <>
      <Select
        label={importTexts.images}
        data={[
          ...(place === null ? [] : [{ value: '', label: importTexts.imagesFrom(place) }]),
          ...arrays.filter(({ shape }) => shape.length > 1).map(choiceOf),
        ]}
        value={array ?? (place === null ? null : '')}
        placeholder={importTexts.noImages}
        renderOption={choiceWithType}
        searchable
        onChange={(chosen) => {
          if (chosen !== null && chosen !== '' && chosen !== array) wizard.change('images', { array: chosen });
        }}
      />
      {array !== null && (
        <>
          <Choice
            label={importTexts.order}
            choices={importTexts.orders}
            value={textAt(recipe, 'images.order') === 'column-major' ? 'column-major' : 'row-major'}
            hint={importTexts.orderHint}
            onChange={(order) => {
              wizard.change('images.order', order);
            }}
          />
          <Select
            label={importTexts.flip}
            data={Object.entries(importTexts.flips).map(([value, label]) => ({ value, label }))}
            value={textAt(recipe, 'images.flip') ?? 'none'}
            allowDeselect={false}
            onChange={(flip) => {
              wizard.change('images.flip', flip ?? 'none');
            }}
          />
          <Select
            label={importTexts.imageLayout}
            data={['NHW', 'NHWC', 'NCHW', 'HWN', 'HWCN', 'images-by-pixels', 'pixels-by-images']}
            value={textAt(recipe, 'images.layout')}
            onChange={(layout) => {
              wizard.change('images.layout', layout ?? undefined);
            }}
          />
          <Group grow>
            <NumberInput
              key={`black ${String(black)}`}
              label={importTexts.black}
              placeholder={importTexts.recognised}
              defaultValue={black ?? ''}
              onBlur={(event) => {
                commitRange(event.currentTarget.value, String(white ?? 1));
              }}
            />
            <NumberInput
              key={`white ${String(white)}`}
              label={importTexts.white}
              placeholder={importTexts.recognised}
              defaultValue={white ?? ''}
              onBlur={(event) => {
                commitRange(String(black ?? 0), event.currentTarget.value);
              }}
            />
          </Group>
        </>
      )}
    </>
  );

  function commitRange(darkest: string, brightest: string): void {
    if (darkest === '' || brightest === '') return;
    const wanted = [Number(darkest), Number(brightest)];
    if (wanted[0] !== (black ?? 0) || wanted[1] !== (white ?? 1)) wizard.change('images.range', wanted);
  }
}

function Labels({ wizard, preview: { arrays, recipe } }: CorrectionsProps) {
  const vectors = arrays.filter(({ shape }) => shape.filter((side) => side > 1).length <= 1);
  if (vectors.length === 0 || entryAt(recipe, 'parts') !== undefined) return null;
  const labels = Object.entries(importTexts.columnNames);
  return (
    <Accordion variant="contained" radius="md">
      <Accordion.Item value="labels">
        <Accordion.Control>{importTexts.columns}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            {labels.map(([column, label]) => (
              <Select
                key={column}
                label={label}
                data={vectors.map(choiceOf)}
                value={textAt(recipe, `columns.${column}.array`)}
                placeholder={importTexts.none}
                renderOption={choiceWithType}
                clearable
                onChange={(array) => {
                  wizard.change(`columns.${column}`, array === null ? undefined : { array });
                }}
              />
            ))}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly choices: Readonly<Record<T, string>>;
  readonly value: string;
  readonly hint?: string | undefined;
  readonly onChange: (value: string) => void;
}

function Choice<T extends string>({ label, choices, value, hint, onChange }: ChoiceProps<T>) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <SegmentedControl
        fullWidth
        aria-label={label}
        value={value}
        data={Object.entries<string>(choices).map(([key, text]) => ({ value: key, label: text }))}
        onChange={onChange}
      />
      {hint !== undefined && (
        <Text size="xs" c="dimmed" mt={4}>
          {hint}
        </Text>
      )}
    </div>
  );
}
