/** All regions of a recording: colour, visibility, voxels, where they come from, and what can be done with them. */
import { ActionIcon, Button, Group, Menu, Modal, Switch, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { describeOrigin } from '../../../shared/defined-region.ts';
import type { ListedRegion, RegionList } from '../../../shared/regions.ts';
import { useAction } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';
import { ColourChoice } from './colour-choice.tsx';

interface RegionTableProps {
  readonly list: RegionList;
  readonly visible: ReadonlySet<string>;
  readonly onVisible: (visible: ReadonlySet<string>) => void;
  /** Absent where there is nowhere to go. */
  readonly onGoTo?: ((region: string) => void) | undefined;
}

export function RegionTable({ list, visible, onVisible, onGoTo }: RegionTableProps) {
  const names = texts.regions.table;
  const toggle = (name: string): void => {
    const next = new Set(visible);
    if (!next.delete(name)) next.add(name);
    onVisible(next);
  };
  return (
    <>
      <div className="region-table">
        <Table verticalSpacing={5} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={84}>
                <span className="visually-hidden">{names.colour}</span>
              </Table.Th>
              <Table.Th>{names.region}</Table.Th>
              <Table.Th ta="right" w={76}>
                {names.voxels}
              </Table.Th>
              <Table.Th>{names.from}</Table.Th>
              <Table.Th w={44} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.regions.map((region) => (
              <Table.Tr key={region.name}>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <Switch
                      size="sm"
                      checked={visible.has(region.name)}
                      color={region.colour}
                      aria-label={names.show(region.name)}
                      onChange={() => {
                        toggle(region.name);
                      }}
                    />
                    <ColourChoice recording={list.recording} region={region} />
                  </Group>
                </Table.Td>
                <Table.Td>
                  {onGoTo === undefined ? (
                    <Text size="sm" fw={600}>
                      {region.name}
                    </Text>
                  ) : (
                    <button
                      type="button"
                      className="region-name"
                      title={names.goTo(region.name)}
                      onClick={() => {
                        onGoTo(region.name);
                      }}
                    >
                      {region.name}
                    </button>
                  )}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {region.voxels.toLocaleString('en')}
                </Table.Td>
                <Table.Td>
                  <Origin region={region} />
                </Table.Td>
                <Table.Td>
                  {region.origin !== null && <RegionMenu recording={list.recording} name={region.name} />}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Group justify="space-between" mt="xs">
        <Text size="sm" c="dimmed">
          {list.outside > 0 && names.outside(list.outside)}
        </Text>
        <Group gap={4}>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              onVisible(new Set(list.regions.map(({ name }) => name)));
            }}
          >
            {names.all}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              onVisible(new Set());
            }}
          >
            {names.none}
          </Button>
        </Group>
      </Group>
    </>
  );
}

function Origin({ region: { origin, contains, seenSamples } }: { region: ListedRegion }) {
  const names = texts.regions.table;
  const lines = [
    ...(origin === null ? [names.imported] : [describeOrigin(origin)]),
    ...(contains.length === 0 ? [] : [names.unionOf(contains)]),
    ...(seenSamples === 0 ? [] : [names.seen(seenSamples)]),
  ];
  return (
    <>
      {lines.map((line) => (
        <Text key={line} size="sm" c="dimmed" lineClamp={2} title={line}>
          {line}
        </Text>
      ))}
    </>
  );
}

/** Of regions that a user defined; those of the import stay as they are. */
function RegionMenu({ recording, name }: { recording: string; name: string }) {
  const names = texts.regions.table;
  const [asked, setAsked] = useState<'rename' | 'remove' | null>(null);
  const [to, setTo] = useState(name);
  const close = (): void => {
    setAsked(null);
  };
  const rename = useAction('regions.rename', close);
  const remove = useAction('regions.remove', close);
  return (
    <>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={names.more(name)}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              setAsked('rename');
            }}
          >
            {names.rename}
          </Menu.Item>
          <Menu.Item
            color="red"
            onClick={() => {
              setAsked('remove');
            }}
          >
            {names.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asked === 'rename'}
        onClose={close}
        title={names.renameTitle(name)}
        closeButtonProps={{ 'aria-label': names.cancel }}
        centered
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            rename.mutate({ recording, name, to });
          }}
        >
          <TextInput
            label={names.newName}
            value={to}
            data-autofocus
            onChange={(event) => {
              setTo(event.currentTarget.value);
            }}
          />
          {rename.isError && <ErrorPanel error={rename.error} />}
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={close}>
              {names.cancel}
            </Button>
            <Button type="submit" loading={rename.isPending}>
              {names.rename}
            </Button>
          </Group>
        </form>
      </Modal>
      <Modal
        opened={asked === 'remove'}
        onClose={close}
        title={names.removeTitle(name)}
        closeButtonProps={{ 'aria-label': names.cancel }}
        centered
      >
        <Text>{names.removeText}</Text>
        {remove.isError && <ErrorPanel error={remove.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={close}>
            {names.cancel}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => {
              remove.mutate({ recording, name });
            }}
          >
            {names.remove}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
