import { Button, Group, Loader, Text } from '@mantine/core';
import type { Task } from '../../shared/task.ts';
import { useAction } from '../api/client-context.tsx';
import { texts } from '../texts/en.ts';

/** What a task does just now, with a way to end it. */
export function RunningTask({ task }: { task: Task }) {
  const cancel = useAction('tasks.cancel');
  return (
    <Group gap="sm" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {task.progress?.text ?? task.title} …
      </Text>
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={() => {
          cancel.mutate({ id: task.id });
        }}
      >
        {texts.cancel}
      </Button>
    </Group>
  );
}
