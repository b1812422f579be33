/** Appearance, the workspace, and the engine of the computer that trains. */
import { SegmentedControl, Stack, Table, useMantineColorScheme } from '@mantine/core';
import { useCall } from '../../api/client-context.tsx';
import { formatBytes } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';
import { EngineSection } from './engine-section.tsx';

export function SettingsPage() {
  return (
    <Page title={texts.settings.title}>
      <Stack gap="lg">
        <Appearance />
        <EngineSection />
        <WorkspaceFacts />
      </Stack>
    </Page>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title={texts.settings.appearance}>
      <SegmentedControl
        aria-label={texts.settings.appearance}
        value={colorScheme}
        data={Object.entries(texts.settings.schemes).map(([value, label]) => ({ value, label }))}
        // The values are those given in `data`.
        onChange={(value) => { setColorScheme(value as typeof colorScheme); }}
      />
    </Section>
  );
}

function WorkspaceFacts() {
  const workspace = useCall('workspace.show', {});
  return (
    <Section title={texts.settings.workspace}>
      <Loaded query={workspace}>
        {({ folder, computer, cortextVersion }) => (
          <Table withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {(
                [
                  [texts.settings.folder, folder],
                  [texts.settings.computer, `${computer.host} (${computer.platform}, ${computer.cores})`],
                  [texts.settings.memory, formatBytes(computer.memoryBytes)],
                  [texts.settings.version, cortextVersion],
                ] as const
              ).map(([title, value]) => (
                <Table.Tr key={title}>
                  <Table.Th w={140} fw={500} c="dimmed">
                    {title}
                  </Table.Th>
                  <Table.Td>{value}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
    </Section>
  );
}
