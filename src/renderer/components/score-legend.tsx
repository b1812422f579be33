import { Group, Text } from '@mantine/core';
import { texts } from '../texts/en.ts';

interface ScoreLegendProps {
  /** What the coloured scores are, and the others. */
  readonly coloured: string;
  readonly others: string;
}

/** What colours, lines and bands of scores stand for. */
export function ScoreLegend({ coloured, others }: ScoreLegendProps) {
  const { legend } = texts;
  const entries = [
    { mark: 'legend-score score-better', text: coloured },
    { mark: 'legend-score', text: others },
    { mark: 'legend-interval', text: legend.interval },
    { mark: 'legend-chance', text: legend.chance },
  ];
  return (
    <Group component="ul" gap="lg" className="score-legend" aria-label={legend.label}>
      {entries.map(({ mark, text }) => (
        <Group key={text} component="li" gap={8}>
          <span className={mark} aria-hidden="true" />
          <Text size="xs" c="dimmed">
            {text}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
