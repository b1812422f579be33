/** One experiment: how it goes, what it draws, how it scores. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import { useCall } from '../../api/client-context.tsx';
import { formatDate, formatDuration } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { texts } from '../../texts/en.ts';
import { Annotations } from './annotations.tsx';
import { ExperimentActions } from './experiment-actions.tsx';
import { Log } from './log.tsx';
import { Losses } from './losses.tsx';
import { Problems } from './problems.tsx';
import { ProgressLine } from './progress-line.tsx';
import { Samples } from './samples.tsx';
import { ScoreTable } from './score-table.tsx';
import { SettingsTable } from './settings-table.tsx';
import { Waiting } from './waiting.tsx';

export function ExperimentPage({ id }: { id: string }) {
  const shown = useCall('experiments.show', { id });
  return (
    <Loaded query={shown}>
      {({ details, status }) => (
        <Page
          title={details.name}
          subtitle={
            <Group gap="xs" mt={4} wrap="nowrap">
              <StateBadge state={status.state} />
              {details.archived && <Text size="sm">{texts.experiment.archived}</Text>}
              <Text size="sm" c="dimmed">
                {[
                  details.recordingName ?? details.recordingId,
                  details.regions.join(' + '),
                  `${details.imageSize} px`,
                  formatDate(details.createdAt),
                  status.secondsSpent > 0 ? texts.experiment.spent(formatDuration(status.secondsSpent)) : '',
                  deviceInWords(status),
                ]
                  .filter((fact) => fact !== '')
                  .join(' · ')}
              </Text>
            </Group>
          }
          actions={<ExperimentActions details={details} status={status} />}
        >
          <Stack gap="lg">
            <Waiting id={id} />
            <ProgressLine status={status} />
            <Problems status={status} />
            {details.evaluation !== null && <ScoreTable scores={details.scores} />}
            {details.evaluation !== null && (
              <Anchor component={Link} href={`/experiments/${id}/gallery`} w="fit-content">
                {texts.experiment.gallery} →
              </Anchor>
            )}
            <Samples id={id} />
            <Losses id={id} />
            <Annotations id={id} tags={details.tags} note={details.note} />
            <SettingsTable config={details.config} />
            <Log id={id} running={status.state === 'running'} />
          </Stack>
        </Page>
      )}
    </Loaded>
  );
}

function deviceInWords({ backend, device, precision }: ExperimentStatus): string {
  if (backend === null || device === null) return '';
  return texts.experiment.device(backend, device, texts.experiment.precision[precision ?? 'float32']);
}
