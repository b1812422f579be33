/** Two experiments or more: what differs in their settings, their scores, and their curves over each other. */
import { Alert, Anchor, Button, SegmentedControl, Select, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { ExperimentRow } from '../../../shared/catalog.ts';
import type { ManyCompared } from '../../../shared/comparison.ts';
import { methodSchema, type Method } from '../../../shared/evaluation.ts';
import { useCall, useCalls } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LineChart } from '../../components/line-chart.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { ScoreInterval, axisOf } from '../../components/score-interval.tsx';
import { ScoreLegend } from '../../components/score-legend.tsx';
import { Section } from '../../components/section.tsx';
import { settingInWords, settingText } from '../../components/setting-words.ts';
import { usePresetTitle } from '../../components/use-preset-title.ts';
import { texts } from '../../texts/en.ts';
import { lossLines } from '../experiment/losses.tsx';

export function ComparePage() {
  const [address] = useSearchParams();
  const given = address.get('ids') ?? '';
  const ids = useMemo(() => given.split(',').filter((id) => id !== ''), [given]);
  const comparison = useCall('experiments.compare', { ids }, { enabled: ids.length >= 2 });
  const alike = comparison.data?.cautions.length === 0;
  return (
    <Page
      wide={ids.length > 3}
      title={texts.compare.title}
      subtitle={texts.compare.subtitle}
      actions={
        <>
          {alike && (
            <Button component={Link} href={`/experiments/${ids[0]}/gallery?with=${ids.slice(1, 5).join(',')}`}>
              {texts.compare.gallery}
            </Button>
          )}
          <Button component={Link} href="/history" variant="default">
            {texts.compare.back}
          </Button>
        </>
      }
    >
      {ids.length < 2 ? (
        <EmptyState title={texts.notFound.title} text={texts.notFound.text} />
      ) : (
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
              <Curves experiments={data.experiments} />
            </Stack>
          )}
        </Loaded>
      )}
    </Page>
  );
}

/** A column for each experiment, beside the names of rows. */
function Head({ comparison: { experiments }, title }: { comparison: ManyCompared; title: string }) {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th w={experiments.length > 3 ? 200 : 300}>
          <span className="visually-hidden">{title}</span>
        </Table.Th>
        {experiments.map(({ id, name }) => (
          <Table.Th key={id} style={{ verticalAlign: 'top' }}>
            <Anchor component={Link} href={`/experiments/${id}`} fw={600}>
              {name}
            </Anchor>
            <Text size="xs" c="dimmed" className="ellipsis" title={id}>
              {id}
            </Text>
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

function Settings({ comparison }: { comparison: ManyCompared }) {
  const { settings, experiments } = comparison;
  const presetTitle = usePresetTitle();
  const shownValue = (path: string, value: unknown, { recordingName }: ExperimentRow): string => {
    if (path === 'preset') return presetTitle(String(value));
    return path === 'recording.id' && recordingName !== null ? recordingName : settingInWords(path, value);
  };
  return (
    <Section title={texts.compare.settings}>
      {settings.length === 0 ? (
        <Text size="sm">{texts.compare.same}</Text>
      ) : (
        <Table layout="fixed">
          <Head comparison={comparison} title={texts.compare.settings} />
          <Table.Tbody>
            {settings.map(({ path, values }) => (
              <Table.Tr key={path}>
                <Table.Th fw={500} style={{ verticalAlign: 'top' }}>
                  {settingText(path).title}
                  <Text size="xs" c="dimmed" fw={400}>
                    {settingText(path).text}
                  </Text>
                </Table.Th>
                {values.map(({ value }, at) => (
                  <Table.Td
                    key={experiments[at].id}
                    className="numbers"
                    style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}
                  >
                    {shownValue(path, value, experiments[at])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Scores({ comparison }: { comparison: ManyCompared }) {
  const [method, setMethod] = useState<Method>('gan');
  const { experiments, scores } = comparison;
  const methods = methodSchema.options.filter((one) => scores.some((row) => row.method === one));
  const rows = scores.filter((row) => row.method === method);
  if (methods.length === 0) return null;
  return (
    <Section title={texts.compare.scores} text={texts.compare.scoresText}>
      {methods.length > 1 && (
        <SegmentedControl
          size="xs"
          mb="sm"
          aria-label={texts.compare.method}
          value={method}
          data={methods.map((value) => ({ value, label: texts.methods[value] }))}
          onChange={(value) => {
            setMethod(value);
          }}
        />
      )}
      <ScoreLegend coloured={texts.legend.best} others={texts.legend.others} />
      <Table layout="fixed">
        <Head comparison={comparison} title={texts.compare.scores} />
        <Table.Tbody>
          {rows.map(({ metric, scores: row, best, bestByChance }) => {
            const axis = axisOf(row.flatMap((score) => score ?? []));
            return (
              <Table.Tr key={metric}>
                <Table.Td style={{ verticalAlign: 'top' }}>
                  {texts.metrics[metric].title}
                  {bestByChance && (
                    <Text size="xs" c="dimmed">
                      {texts.compare.overlap}
                    </Text>
                  )}
                </Table.Td>
                {row.map((score, at) => (
                  <Table.Td key={experiments[at].id}>
                    {score === null ? (
                      '–'
                    ) : (
                      <ScoreInterval metric={metric} score={score} {...axis} stands={at === best} exact />
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Curves({ experiments }: { experiments: readonly ExperimentRow[] }) {
  const histories = useCalls(
    'experiments.history',
    experiments.map(({ id }) => ({ id })),
  );
  const all = useMemo(() => histories.map((history) => lossLines(history ?? [])), [histories]);
  const names = [...new Set(all.flat().map(({ title }) => title))];
  const [chosen, setChosen] = useState('pixel');
  const name = names.includes(chosen) ? chosen : names.at(0);
  const lines = useMemo(
    () =>
      experiments.flatMap((experiment, at) =>
        all[at]
          .filter(({ title }) => title === name)
          .map((line) => ({ ...line, title: `${experiment.name} (${experiment.id.slice(-6)})` })),
      ),
    [experiments, all, name],
  );
  return (
    <Section title={texts.compare.curves}>
      {name === undefined ? (
        <Text size="sm" c="dimmed">
          {texts.compare.noCurves}
        </Text>
      ) : (
        <>
          <Select
            label={texts.compare.loss}
            w={220}
            mb="sm"
            allowDeselect={false}
            data={names}
            value={name}
            onChange={(value) => {
              if (value !== null) setChosen(value);
            }}
          />
          <LineChart lines={lines} label={`${texts.compare.curves}: ${name}`} />
        </>
      )}
    </Section>
  );
}
