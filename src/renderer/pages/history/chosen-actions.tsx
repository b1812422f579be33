/** What can be done with the experiments that were chosen, and how it is undone. */
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { MOST_COMPARED } from '../../../shared/comparison.ts';
import { useClient } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';

interface ChosenActionsProps {
  readonly chosen: readonly string[];
  /** Whether the list shows archived experiments only. */
  readonly archivedOnly: boolean;
  readonly onClear: () => void;
}

interface Archiving {
  readonly ids: readonly string[];
  readonly archived: boolean;
}

export function ChosenActions({ chosen, archivedOnly, onClear }: ChosenActionsProps) {
  const [, navigate] = useLocation();
  const client = useClient();
  const queries = useQueryClient();
  const [last, setLast] = useState<Archiving | null>(null);
  const archive = useMutation({
    mutationFn: async ({ ids, archived }: Archiving) => {
      for (const id of ids) await client.call('experiments.annotate', { id, archived });
    },
    onSuccess: (_, done) => {
      setLast(done);
      onClear();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['experiments.list'] }),
  });
  return (
    <>
      {last !== null && (
        <Alert
          color="gray"
          mb="sm"
          p="xs"
          role="status"
          withCloseButton
          onClose={() => {
            setLast(null);
          }}
        >
          {last.archived ? texts.history.archivedNow(last.ids.length) : texts.history.broughtBack(last.ids.length)}{' '}
          <Anchor
            component="button"
            onClick={() => {
              archive.mutate(
                { ids: last.ids, archived: !last.archived },
                {
                  onSuccess: () => {
                    setLast(null);
                  },
                },
              );
            }}
          >
            {texts.history.undo}
          </Anchor>
        </Alert>
      )}
      {archive.isError && <ErrorPanel error={archive.error} />}
      <Group mb="sm" gap="xs" mih={36}>
        {chosen.length > 0 && (
          <Text size="sm" fw={600} mr="xs">
            {texts.history.chosen(chosen.length)}
          </Text>
        )}
        <Button
          size="xs"
          disabled={chosen.length < 2}
          onClick={() => {
            navigate(`/compare?ids=${chosen.join(',')}`);
          }}
        >
          {texts.history.compare(chosen.length)}
        </Button>
        {chosen.length < 2 ? (
          <Text size="sm" c="dimmed">
            {texts.history.compareHint(MOST_COMPARED)}
          </Text>
        ) : null}
        {chosen.length > 0 && (
          <>
            <Button
              size="xs"
              variant="default"
              loading={archive.isPending}
              onClick={() => {
                archive.mutate({ ids: chosen, archived: !archivedOnly });
              }}
            >
              {archivedOnly ? texts.history.unarchive : texts.history.archive}
            </Button>
            <Button size="xs" variant="subtle" onClick={onClear}>
              {texts.history.clearChosen}
            </Button>
          </>
        )}
      </Group>
    </>
  );
}
