import { Accordion, SimpleGrid, Table, Title } from '@mantine/core';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { settingInWords, settingText } from '../../components/setting-words.ts';
import { texts } from '../../texts/en.ts';
import { settingSections, type SettingSection } from '../../texts/training-settings.ts';

// The keys of the texts are the sections.
const sections = Object.keys(settingSections) as SettingSection[];

/** The whole configuration, as it was trained. */
export function SettingsTable({ config }: { config: ExperimentConfig }) {
  return (
    <Accordion variant="contained" radius="md">
      <Accordion.Item value="settings">
        <Accordion.Control>{texts.experiment.settings}</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {sections.map((section) => (
              <div key={section}>
                <Title order={3} size={14}>
                  {settingSections[section]}
                </Title>
                <Table withRowBorders={false} verticalSpacing={3} fz="sm">
                  <Table.Tbody>
                    {Object.entries(config[section]).map(([name, value]) => {
                      const path = `${section}.${name}`;
                      return (
                        <Table.Tr key={name} title={settingText(path).text}>
                          <Table.Td c="dimmed">{settingText(path).title}</Table.Td>
                          <Table.Td className="numbers">{settingInWords(path, value)}</Table.Td>
                        </Table.Tr>
                      );
                    })}
                  </Table.Tbody>
                </Table>
              </div>
            ))}
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
