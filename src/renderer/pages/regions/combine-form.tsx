/** Regions from regions: by lists, or by an expression. */
import { Button, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RegionList } from '../../../shared/regions.ts';
import { texts } from '../../texts/en.ts';
import { DefineLine } from './define-line.tsx';

interface Lists {
  readonly join: readonly string[];
  readonly among: readonly string[];
  readonly without: readonly string[];
}

export function CombineForm({ list }: { list: RegionList }) {
  const names = texts.regions.combine;
  const [lists, setLists] = useState<Lists>({ join: [], among: [], without: [] });
  const [written, setWritten] = useState<string | null>(null);
  const expression = written ?? expressionOf(lists);
  const data = list.regions.map(({ name }) => name);
  const pick = (part: keyof Lists) => (
    <MultiSelect
      label={names[part]}
      placeholder={lists[part].length === 0 ? names.pick : ''}
      data={data}
      value={[...lists[part]]}
      searchable
      onChange={(chosen) => {
        setLists({ ...lists, [part]: chosen });
      }}
    />
  );
  return (
    <Stack gap="sm">
      {written === null ? (
        <>
          {pick('join')}
          {pick('among')}
          {pick('without')}
        </>
      ) : (
        <TextInput
          label={names.expression}
          description={names.expressionHint}
          value={written}
          onChange={(event) => {
            setWritten(event.currentTarget.value);
          }}
        />
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        style={{ alignSelf: 'flex-start' }}
        ml={-8}
        onClick={() => {
          setWritten(written === null ? expressionOf(lists) : null);
        }}
      >
        {written === null ? names.byHand : names.byForm}
      </Button>
      <DefineLine
        recording={list.recording}
        definition={expression.trim() === '' ? null : { kind: 'expression', expression }}
      />
    </Stack>
  );
}

/** Empty while nothing is joined. */
function expressionOf({ join, among, without }: Lists): string {
  if (join.length === 0) return '';
  const union = (parts: readonly string[]): string =>
    parts.length === 1 ? quoted(parts[0]) : `(${parts.map(quoted).join(' + ')})`;
  const common = among.map((name) => ` & ${quoted(name)}`).join('');
  return `${union(join)}${common}${without.length === 0 ? '' : ` - ${union(without)}`}`;
}

/** Names of imports may hold signs that mean something in expressions. */
function quoted(name: string): string {
  return /^[\p{L}\p{N}_.]+$/u.test(name) ? name : `"${name}"`;
}
