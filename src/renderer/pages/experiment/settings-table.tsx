import { Accordion, SimpleGrid, Table, Title } from '@mantine/core';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { texts } from '../../texts/en.ts';

const sections = ['condition', 'network', 'objective', 'training', 'evaluation'] as const;

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
                <Title order={3} size={14} tt="capitalize">
                  {section}
                </Title>
                <Table withRowBorders={false} verticalSpacing={3} fz="sm">
                  <Table.Tbody>
                    {Object.entries(config[section]).map(([name, value]) => (
                      <Table.Tr key={name}>
                        <Table.Td c="dimmed">{name}</Table.Td>
                        <Table.Td className="numbers">{Array.isArray(value) ? value.join(', ') : String(value)}</Table.Td>
                      </Table.Tr>
                    ))}
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
