import { Alert, Button, Group, Text } from '@mantine/core';
import { useAction, useCall } from '../../api/client-context.tsx';
import { texts } from '../../texts/en.ts';

/** Where an experiment stands that waits for others to end. */
export function Waiting({ id }: { id: string }) {
  const { data: queue } = useCall('training.queue', {});
  const leave = useAction('experiments.pause');
  const place = queue?.waiting.indexOf(id) ?? -1;
  if (queue === undefined || place < 0) return null;
  return (
    <Alert color="cortex" title={texts.experiment.waits} role="status">
      <Group justify="space-between">
        <Text size="sm">{texts.experiment.waitsText(queue.running.length + place)}</Text>
        <Button
          size="xs"
          variant="default"
          loading={leave.isPending}
          onClick={() => {
            leave.mutate({ id });
          }}
        >
          {texts.experiment.leaveQueue}
        </Button>
      </Group>
    </Alert>
  );
}
