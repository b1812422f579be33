/** Appearance, the workspace, and the engine of the computer that trains. */
import { SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { useCall } from '../../api/client-context.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
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
          <FactsTable
            nameWidth={140}
            facts={[
              [texts.settings.folder, folder],
              [texts.settings.computer, `${computer.host} (${computer.platform}, ${computer.cores})`],
              [texts.settings.memory, formatBytes(computer.memoryBytes)],
              [texts.settings.version, cortextVersion],
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
