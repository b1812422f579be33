import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { HistoryLine } from '../../../shared/experiment.ts';
import { useCall } from '../../api/client-context.tsx';
import { LineChart, type ChartLine } from '../../components/line-chart.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

/** Losses of the phase `training`; terms that are zero all along were not part of the objective. */
export function lossLines(history: readonly HistoryLine[]): ChartLine[] {
  const lines = history.filter(({ phase }) => phase === 'training');
  const names = [...new Set(lines.flatMap(({ scalars }) => Object.keys(scalars)))];
  return names
    .filter((name) => name !== 'discriminatorUpdated' && lines.some(({ scalars }) => (scalars[name] ?? 0) !== 0))
    .map((name) => {
      const having = lines.filter(({ scalars }) => name in scalars);
      return { title: name, x: having.map(({ step }) => step), y: having.map(({ scalars }) => scalars[name]) };
    });
}

export function Losses({ id }: { id: string }) {
  const { data: history } = useCall('experiments.history', { id });
  const lines = useMemo(() => lossLines(history ?? []), [history]);
  return (
    <Section title={texts.experiment.losses} text={texts.experiment.lossesText}>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {texts.experiment.noLosses}
        </Text>
      ) : (
        <LineChart lines={lines} label={texts.experiment.losses} />
      )}
    </Section>
  );
}
