/** Regions from files that labs have. */
import { Button, Group, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RegionDefinitionInput, RegionList } from '../../../shared/regions.ts';
import { texts } from '../../texts/en.ts';
import { FolderBrowser } from '../import/folder-browser.tsx';
import { DefineLine } from './define-line.tsx';

const kinds = ['mask', 'atlas', 'surface-label', 'annotation'] as const;
type Kind = (typeof kinds)[number];

type Fields = Readonly<Record<'path' | 'table' | 'anatomy' | 'surfaces' | 'names' | 'prefix', string>>;

/** Fields that name files; surfaces are several, one in a line. */
type PathField = 'path' | 'table' | 'anatomy' | 'surfaces';

const fieldsOf: Readonly<Record<Kind, readonly (keyof Fields)[]>> = {
  mask: ['path'],
  atlas: ['path', 'table', 'names', 'prefix'],
  'surface-label': ['path', 'anatomy'],
  annotation: ['path', 'surfaces', 'anatomy', 'names', 'prefix'],
};

export function FileForm({ list }: { list: RegionList }) {
  const names = texts.regions.file;
  const [kind, setKind] = useState<Kind>('mask');
  const [fields, setFields] = useState<Fields>({
    path: '',
    table: '',
    anatomy: '',
    surfaces: '',
    names: '*',
    prefix: '',
  });
  const [browsing, setBrowsing] = useState<PathField | null>(null);
  if (list.grid === null) return <Text c="dimmed">{names.needsVolume}</Text>;
  const common = (field: keyof Fields) => ({
    value: fields[field],
    onChange: (event: { currentTarget: { value: string } }) => {
      setFields({ ...fields, [field]: event.currentTarget.value });
    },
  });
  const browse = (field: PathField) => (
    <Button
      variant="default"
      aria-label={names.browseFor(names[field])}
      onClick={() => {
        setBrowsing(field);
      }}
    >
      {names.browse}
    </Button>
  );
  const pathInput = (field: Exclude<PathField, 'surfaces'>, description: string) => (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput label={names[field]} description={description} style={{ flex: 1 }} {...common(field)} />
      {browse(field)}
    </Group>
  );
  const choose = (chosen: string): void => {
    if (browsing === null) return;
    const before = browsing === 'surfaces' ? fields.surfaces.trim() : '';
    setFields({ ...fields, [browsing]: before === '' ? chosen : `${before}\n${chosen}` });
    setBrowsing(null);
  };
  const has = (field: keyof Fields): boolean => fieldsOf[kind].includes(field);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={names.kind}
        size="xs"
        fullWidth
        data={kinds.map((value) => ({ value, label: names.kinds[value] }))}
        value={kind}
        onChange={(value) => {
          setKind(value);
        }}
      />
      {pathInput('path', `${names.pathHints[kind]} ${names.where}`)}
      {has('table') && pathInput('table', names.tableHint)}
      {has('surfaces') && (
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Textarea
            label={names.surfaces}
            description={names.surfacesHint}
            style={{ flex: 1 }}
            autosize
            minRows={2}
            {...common('surfaces')}
          />
          {browse('surfaces')}
        </Group>
      )}
      {has('anatomy') && pathInput('anatomy', names.anatomyHint)}
      {has('names') && (
        <SimpleGrid cols={2} spacing="xs">
          <TextInput label={names.names} description={names.namesHint} {...common('names')} />
          <TextInput label={names.prefix} description=" " {...common('prefix')} />
        </SimpleGrid>
      )}
      <DefineLine recording={list.recording} definition={definitionOf(kind, fields)} />
      <FolderBrowser
        opened={browsing !== null}
        onClose={() => {
          setBrowsing(null);
        }}
        onChoose={choose}
      />
    </Stack>
  );
}

/** Null while a field that is needed is empty. */
function definitionOf(kind: Kind, given: Fields): RegionDefinitionInput | null {
  const [path, table, anatomy, prefix] = [
    given.path.trim(),
    given.table.trim(),
    given.anatomy.trim(),
    given.prefix.trim(),
  ];
  const split = (text: string, separator: RegExp): string[] =>
    text
      .split(separator)
      .map((part) => part.trim())
      .filter(Boolean);
  const patterns = split(given.names, /,/);
  const own = { ...(patterns.length === 0 ? {} : { names: patterns }), ...(prefix === '' ? {} : { prefix }) };
  if (path === '') return null;
  switch (kind) {
    case 'mask':
      return { kind, path };
    case 'atlas':
      return { kind, path, table: table === '' ? null : table, ...own };
    case 'surface-label':
      return anatomy === '' ? null : { kind, path, anatomy };
    case 'annotation': {
      const surfaces = split(given.surfaces, /[\n,]/);
      return anatomy === '' || surfaces.length === 0 ? null : { kind, path, anatomy, surfaces, ...own };
    }
  }
}
