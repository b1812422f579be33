/** Experiments that an earlier Cortext has left in its queue: the user says whether they go on. */
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Fragment } from 'react';
import { Link } from 'wouter';
import { useCall, useCalls, useClient } from '../api/client-context.tsx';
import { texts } from '../texts/en.ts';
import { ErrorPanel } from './error-panel.tsx';

/** Of many, so many are named. */
const NAMED = 5;

export function LeftQueue() {
  const client = useClient();
  const { data: queue } = useCall('training.queue', {});
  const left = queue?.left ?? [];
  const named = left.slice(0, NAMED);
  const shown = useCalls(
    'experiments.show',
    named.map((id) => ({ id })),
  );
  const goOn = useMutation({
    // One after the other: their order is that of the queue.
    mutationFn: async () => {
      const failures: Error[] = [];
      for (const id of left) await client.call('experiments.run', { id }).catch((error: Error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  });
  const letBe = useMutation({
    mutationFn: async () => {
      for (const id of left) await client.call('experiments.pause', { id });
    },
  });
  if (left.length === 0) return goOn.isError ? <ErrorPanel error={goOn.error} /> : null;
  const isBusy = goOn.isPending || letBe.isPending;
  const failed = [goOn, letBe].find(({ isError }) => isError);
  return (
    <Alert className="note" color="cortex" mb="lg" title={texts.queue.left(left.length)} role="status">
      <Text size="sm">
        {named.map((id, at) => (
          <Fragment key={id}>
            {at > 0 && ', '}
            <Anchor component={Link} href={`/experiments/${id}`} size="sm" underline="always">
              {shown.at(at)?.details.name ?? id}
            </Anchor>
          </Fragment>
        ))}
        {left.length > NAMED && texts.queue.andMore(left.length - NAMED)}. {texts.queue.nothingStarts}
      </Text>
      {failed !== undefined && <ErrorPanel error={failed.error} />}
      <Group mt="sm">
        <Button
          size="xs"
          disabled={isBusy}
          onClick={() => {
            goOn.mutate();
          }}
        >
          {texts.queue.goOn}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={isBusy}
          onClick={() => {
            letBe.mutate();
          }}
        >
          {texts.queue.letBe}
        </Button>
      </Group>
    </Alert>
  );
}
