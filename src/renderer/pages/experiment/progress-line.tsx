import { Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import { liveProgressKey, type LiveProgress } from '../../api/follow-events.ts';
import { formatDuration, formatNumber } from '../../components/format.ts';
import { texts } from '../../texts/en.ts';

/** How far it is, from events as they come and from its folder before the first one. */
export function ProgressLine({ status }: { status: ExperimentStatus }) {
  const { data: live } = useQuery<LiveProgress | null>({
    queryKey: liveProgressKey(status.id),
    queryFn: () => null,
    enabled: false,
  });
  if (status.state !== 'running') return null;
  const { phase, step, steps, samplesPerSecond, secondsLeft } = live ?? status;
  const share = steps === 0 ? 0 : (100 * step) / steps;
  const facts = [
    steps === 0 ? '' : texts.experiment.step(step, steps),
    samplesPerSecond === null ? '' : texts.experiment.speed(formatNumber(Math.round(samplesPerSecond))),
    secondsLeft === null ? '' : texts.experiment.left(formatDuration(secondsLeft)),
  ].filter((fact) => fact !== '');
  return (
    <div className="panel">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{texts.phases[phase]}</Text>
        <Text size="sm" c="dimmed" className="numbers">
          {facts.join(' · ')}
        </Text>
      </Group>
      <Progress value={steps === 0 ? 100 : share} animated={steps === 0} aria-label={texts.phases[phase]} />
    </div>
  );
}
