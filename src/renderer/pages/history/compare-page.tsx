/** Two experiments: what differs in their settings, their curves over each other, and their scores. */
import { Alert, Select, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { CatalogScore, ExperimentComparison } from '../../../shared/catalog.ts';
import { useCall } from '../../api/client-context.tsx';
import { formatScore } from '../../components/format.ts';
import { LineChart } from '../../components/line-chart.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';
import { lossLines } from '../experiment/losses.tsx';

export function ComparePage({ a, b }: { a: string; b: string }) {
  const comparison = useCall('experiments.compare', { a, b });
  return (
    <Page title={texts.compare.title}>
      <Loaded query={comparison}>
        {(data) => (
          <Stack gap="lg">
            {data.cautions.map((caution) => (
              <Alert key={caution} color="yellow">
                {caution}
              </Alert>
            ))}
            <Settings comparison={data} />
            <Scores comparison={data} />
            <Curves comparison={data} />
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function Heads({ comparison: { a, b } }: { comparison: ExperimentComparison }) {
  return [a, b].map((row, at) => (
    <Table.Th key={at}>
      <Link href={`/experiments/${row.id}`}>{row.name}</Link>
      <Text size="xs" c="dimmed">
        {row.id}
      </Text>
    </Table.Th>
  ));
}

function Settings({ comparison }: { comparison: ExperimentComparison }) {
  const { differences } = comparison;
  return (
    <Section title={texts.compare.settings}>
      {differences.length === 0 ? (
        <Text size="sm">{texts.compare.same}</Text>
      ) : (
        <Table layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <span className="visually-hidden">{texts.compare.settings}</span>
              </Table.Th>
              <Heads comparison={comparison} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.map(({ path, a, b }) => (
              <Table.Tr key={path}>
                <Table.Td c="dimmed">{path}</Table.Td>
                <Table.Td className="numbers">{inWords(a)}</Table.Td>
                <Table.Td className="numbers">{inWords(b)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function inWords(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Scores({ comparison }: { comparison: ExperimentComparison }) {
  const rows = comparison.scores.filter(({ method }) => method === 'gan');
  if (rows.length === 0) return null;
  const cell = (score: CatalogScore | null, metric: (typeof rows)[number]['metric'], better: boolean) => (
    <Table.Td className={better ? 'numbers score-better' : 'numbers'} fw={better ? 650 : 400}>
      {score === null
        ? '–'
        : `${formatScore(metric, score.value)} [${formatScore(metric, score.low)}, ${formatScore(metric, score.high)}]`}
    </Table.Td>
  );
  return (
    <Section title={texts.compare.scores}>
      <Table layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <span className="visually-hidden">{texts.compare.scores}</span>
            </Table.Th>
            <Heads comparison={comparison} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ metric, a, b, better, intervalsOverlap }) => (
            <Table.Tr key={metric}>
              <Table.Td>
                {texts.metrics[metric].title}
                {intervalsOverlap === true && (
                  <Text size="xs" c="dimmed">
                    {texts.compare.overlap}
                  </Text>
                )}
              </Table.Td>
              {cell(a, metric, better === 'a')}
              {cell(b, metric, better === 'b')}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Curves({ comparison: { a, b } }: { comparison: ExperimentComparison }) {
  const { data: ofA } = useCall('experiments.history', { id: a.id });
  const { data: ofB } = useCall('experiments.history', { id: b.id });
  const [first, second] = useMemo(() => [lossLines(ofA ?? []), lossLines(ofB ?? [])], [ofA, ofB]);
  const names = [...new Set([...first, ...second].map(({ title }) => title))];
  const [chosen, setChosen] = useState('pixel');
  const name = names.includes(chosen) ? chosen : names[0];
  const lines = useMemo(
    () =>
      [
        { of: a, lines: first },
        { of: b, lines: second },
      ].flatMap(({ of, lines: all }) => all.filter(({ title }) => title === name).map((line) => ({ ...line, title: `${of.name} (${of.id.slice(-6)})` }))),
    [a, b, first, second, name],
  );
  if (names.length === 0) return null;
  return (
    <Section title={texts.compare.curves}>
      <Select
        label={texts.compare.loss}
        w={220}
        mb="sm"
        allowDeselect={false}
        data={names}
        value={name}
        onChange={(value) => { if (value !== null) setChosen(value); }}
      />
      <LineChart lines={lines} label={`${texts.compare.curves}: ${name}`} />
    </Section>
  );
}
