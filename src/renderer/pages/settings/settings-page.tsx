/** Appearance, the workspace, and the engine of the computer that trains. */
import { SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';
import { EngineSection } from './engine-section.tsx';
import { WorkspaceSection } from './workspace-section.tsx';

export function SettingsPage() {
  return (
    <Page title={texts.settings.title}>
      <Stack gap="lg">
        <Appearance />
        <EngineSection />
        <WorkspaceSection />
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
        onChange={(value) => {
          setColorScheme(value as typeof colorScheme);
        }}
      />
    </Section>
  );
}
