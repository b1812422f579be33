import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import type { Task } from '../../shared/task.ts';
import { useAction } from '../api/client-context.tsx';
import { useSecondsLeft } from '../api/use-task.ts';
import { importTexts } from '../texts/import.ts';
import { formatDuration } from './format.ts';

/** How far a running task is, how long it takes yet, and a way to stop it. */
export function TaskProgress({ task }: { task: Task }) {
  const cancel = useAction('tasks.cancel');
  const left = useSecondsLeft(task);
  const { text, done, total } = task.progress ?? { text: task.title, done: null, total: null };
  const share = done === null || total === null || total === 0 ? null : (100 * done) / total;
  return (
    <ProgressLine
      label={task.title}
      text={
        share === null || done === null || total === null
          ? `${text} …`
          : `${text}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
      }
      share={share}
      aside={left === null ? null : importTexts.left(formatDuration(left))}
      onCancel={() => {
        cancel.mutate({ id: task.id });
      }}
    />
  );
}

interface ProgressLineProps {
  readonly label: string;
  readonly text: string;
  /** Percent; null while nobody knows. */
  readonly share: number | null;
  readonly aside?: string | null;
  readonly onCancel: () => void;
}

export function ProgressLine({ label, text, share, aside = null, onCancel }: ProgressLineProps) {
  return (
    <Stack gap={6} role="status" aria-label={label}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" className="numbers ellipsis">
          {text}
        </Text>
        <Group gap="sm" wrap="nowrap">
          {aside !== null && (
            <Text size="sm" c="dimmed" className="numbers">
              {aside}
            </Text>
          )}
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            {importTexts.cancel}
          </Button>
        </Group>
      </Group>
      <Progress value={share ?? 100} animated={share === null} aria-label={label} />
    </Stack>
  );
}
