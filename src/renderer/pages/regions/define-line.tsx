/** The end of every form that defines a region: what would be found, a name, and the button. */
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { CortextError } from '../../../shared/errors.ts';
import type { FoundRegionSummary, RegionDefinitionInput } from '../../../shared/regions.ts';
import { useAction, useCall } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';

interface DefineLineProps {
  readonly recording: string;
  /** Null while the form is not complete. */
  readonly definition: RegionDefinitionInput | null;
  /** Where the window knows itself how many voxels there are; otherwise the definition is tried. */
  readonly voxels?: number;
  /** Made when the button is pressed, for what is too long to be made at every change. */
  readonly complete?: (definition: RegionDefinitionInput) => RegionDefinitionInput;
  readonly onDefined?: () => void;
}

/** A pause in typing that is long enough to look what it means, in milliseconds. */
const PAUSE = 250;

export function DefineLine({ recording, definition, voxels, complete = (same) => same, onDefined }: DefineLineProps) {
  const names = texts.regions.define;
  const [name, setName] = useState('');
  const [done, setDone] = useState<string[]>([]);
  const [tried] = useDebouncedValue(definition, PAUSE);
  const wantsPreview = tried !== null && voxels === undefined;
  const preview = useCall(
    'regions.preview',
    { recording, definition: tried ?? { kind: 'voxels', voxels: [], description: '' } },
    { enabled: wantsPreview, keepPrevious: true },
  );
  const define = useAction('regions.define', (regions) => {
    setDone(regions.map((region) => region.name));
    setName('');
    onDefined?.();
  });
  const found = voxels === undefined ? (wantsPreview ? preview.data : undefined) : [{ name: null, voxels, lost: 0 }];
  const hasOwnNames = found !== undefined && found.length > 0 && found.every((region) => region.name !== null);
  const needsName = !hasOwnNames;
  const reaches = found === undefined || found.some((region) => region.voxels > 0);
  const isTaken = define.error instanceof CortextError && define.error.code === 'ALREADY_EXISTS';
  const submit = (replace: boolean): void => {
    if (definition === null) return;
    const given = name.trim() === '' ? {} : { name: name.trim() };
    define.mutate({ recording, ...given, replace, definition: complete(definition) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      <Group align="flex-end" gap="sm" wrap="nowrap">
        <TextInput
          label={names.name}
          placeholder={names.namePlaceholder}
          value={name}
          disabled={found !== undefined && found.length > 1}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setDone([]);
            define.reset();
          }}
          style={{ flex: 1 }}
        />
        <Button
          type="submit"
          loading={define.isPending}
          disabled={definition === null || !reaches || (needsName && name.trim() === '')}
        >
          {names.define}
        </Button>
      </Group>
      <Text component="div" size="sm" mt={6} mih={22} role="status" className="numbers">
        {found !== undefined && <div>{foundText(found)}</div>}
        {done.length > 0 && <strong>{names.done(done)}</strong>}
      </Text>
      {wantsPreview && preview.isError && <Explanation error={preview.error} />}
      {define.isError && <ErrorPanel error={define.error} />}
      {isTaken && (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          onClick={() => {
            submit(true);
          }}
        >
          {names.replace}
        </Button>
      )}
    </form>
  );
}

function foundText(found: readonly FoundRegionSummary[]): string {
  const { found: one, foundMany } = texts.regions.define;
  if (found.length === 1) return one(found[0].voxels, found[0].lost);
  const reached = found.filter(({ voxels }) => voxels > 0);
  return foundMany(
    reached.length,
    reached.reduce((sum, { voxels }) => sum + voxels, 0),
  );
}

/** What is wrong with a form that is still being filled in: said quietly. */
function Explanation({ error }: { error: unknown }) {
  const { message, hint = '' } = error instanceof CortextError ? error : { message: String(error) };
  return (
    <Text size="sm" c="dimmed" role="note">
      {message} {hint}
    </Text>
  );
}
