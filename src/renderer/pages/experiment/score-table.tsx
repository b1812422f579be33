import { Table, Text } from '@mantine/core';
import type { CatalogScores } from '../../../shared/catalog.ts';
import { methodSchema, type MetricName } from '../../../shared/evaluation.ts';
import { ScoreInterval, axisOf } from '../../components/score-interval.tsx';
import { ScoreLegend } from '../../components/score-legend.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

// The keys of the texts are the metrics.
const metricOrder = Object.keys(texts.metrics) as MetricName[];

/** Every metric of the network and its controls. */
export function ScoreTable({ scores }: { scores: CatalogScores }) {
  const methods = methodSchema.options.filter((method) => scores[method] !== undefined);
  const metrics = metricOrder.filter((metric) => methods.some((method) => scores[method]?.[metric] !== undefined));
  return (
    <Section title={texts.experiment.scores} text={texts.experiment.scoresText}>
      <ScoreLegend coloured={texts.legend.better} others={texts.legend.notBetter} />
      <Table layout="fixed" verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="22%">
              <span className="visually-hidden">{texts.experiment.scores}</span>
            </Table.Th>
            {methods.map((method) => (
              <Table.Th key={method}>{texts.methods[method]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {metrics.map((metric) => {
            const axis = axisOf(methods.flatMap((method) => scores[method]?.[metric] ?? []));
            return (
              <Table.Tr key={metric}>
                <Table.Th fw={500}>
                  {texts.metrics[metric].title}
                  <Text size="xs" c="dimmed" fw={400}>
                    {texts.metrics[metric].text}
                  </Text>
                </Table.Th>
                {methods.map((method) => {
                  const score = scores[method]?.[metric];
                  return (
                    <Table.Td key={method} style={{ verticalAlign: 'top' }}>
                      {score !== undefined && <ScoreInterval metric={metric} score={score} {...axis} />}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
