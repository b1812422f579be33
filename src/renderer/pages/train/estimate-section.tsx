import { Alert, Button, Checkbox, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { taskResults, type NewExperimentInput } from '../../../shared/contract.ts';
import type { Estimate } from '../../../shared/estimate.ts';
import type { Task } from '../../../shared/task.ts';
import { useClient, useTask } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
import { formatBytes, formatDuration } from '../../components/format.ts';
import { RunningTask } from '../../components/running-task.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

interface EstimateSectionProps {
  readonly wanted: NewExperimentInput;
  readonly forced: boolean;
  readonly onForced: (forced: boolean) => void;
  /** Told when it is known that it does not fit, and when that is in doubt again. */
  readonly onTooLarge: (tooLarge: boolean) => void;
}

/** What the experiment will take, measured while the user reads what was chosen. */
export function EstimateSection({ wanted, forced, onForced, onTooLarge }: EstimateSectionProps) {
  const { task, error, again } = useEstimate(wanted);
  const estimate = task?.state === 'done' ? taskResults['training.estimate'].parse(task.result) : null;
  const tooLarge = estimate?.fits === false || task?.error?.code === 'ENGINE_MEMORY_INSUFFICIENT';
  useEffect(() => {
    onTooLarge(tooLarge);
  }, [tooLarge, onTooLarge]);
  return (
    <Section title={texts.train.estimate.title}>
      {error !== null && <ErrorPanel error={error} />}
      {task?.state === 'running' && <RunningTask task={task} />}
      {estimate !== null && <Figures estimate={estimate} />}
      {(task?.state === 'cancelled' || task?.state === 'failed') && (
        <Alert color={tooLarge ? 'red' : 'gray'} title={task.error?.message ?? texts.train.estimate.cancelled}>
          {task.state === 'failed' && !tooLarge && <Text size="sm">{texts.train.estimate.failed}</Text>}
          <Button size="xs" variant="default" mt="xs" onClick={again}>
            {texts.train.estimate.again}
          </Button>
        </Alert>
      )}
      {tooLarge && (
        <>
          {estimate !== null && (
            <Alert color="red" mt="md" title={texts.train.estimate.tooLarge} role="alert">
              {texts.train.estimate.tooLargeText(
                formatBytes(estimate.memoryBytes),
                formatBytes(estimate.availableBytes),
              )}
            </Alert>
          )}
          <Checkbox
            mt="md"
            checked={forced}
            label={texts.train.estimate.force}
            onChange={(event) => {
              onForced(event.currentTarget.checked);
            }}
          />
        </>
      )}
    </Section>
  );
}

/** Starts the estimate of what is wanted, anew when that changes; whoever leaves takes its measurement away. */
function useEstimate({ name: _name, ...wanted }: NewExperimentInput): {
  task: Task | undefined;
  error: unknown;
  again: () => void;
} {
  const client = useClient();
  const [taskId, setTaskId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const request = JSON.stringify(wanted);
  useEffect(() => {
    let left = false;
    let started: string | null = null;
    const cancel = (id: string): void => {
      client.call('tasks.cancel', { id }).catch(() => undefined);
    };
    setError(null);
    client.call('training.estimate', JSON.parse(request) as NewExperimentInput).then(
      ({ id }) => {
        started = id;
        if (left) cancel(id);
        else setTaskId(id);
      },
      (refusal: unknown) => {
        if (!left) setError(refusal);
      },
    );
    return () => {
      left = true;
      setTaskId(null);
      if (started !== null) cancel(started);
    };
  }, [client, request, turn]);
  return {
    task: useTask(taskId),
    error,
    again: () => {
      setTurn((before) => before + 1);
    },
  };
}

function Figures({ estimate }: { estimate: Estimate }) {
  const { seconds, secondsPerStep, memoryBytes, availableBytes, backend, device, extrapolated } = estimate;
  const { total, ...parts } = seconds;
  const words = texts.train.estimate;
  const inParts = (Object.keys(words.parts) as (keyof typeof words.parts)[])
    .filter((part) => parts[part] >= 1)
    .map((part) => `${words.parts[part]} ${formatDuration(parts[part])}`);
  return (
    <>
      <FactsTable
        nameWidth={120}
        facts={[
          [
            words.time,
            <div key="time">
              <Text span fw={600}>
                {formatDuration(total)}
              </Text>
              <Text size="xs" c="dimmed">
                {[...inParts, words.perStep(1000 * secondsPerStep)].join(' · ')}
              </Text>
            </div>,
          ],
          [words.memory, words.of(formatBytes(memoryBytes), formatBytes(availableBytes))],
          [words.engine, `${backend} · ${device}`],
        ]}
      />
      {extrapolated && (
        <Text size="xs" c="dimmed">
          {words.extrapolated}
        </Text>
      )}
    </>
  );
}
