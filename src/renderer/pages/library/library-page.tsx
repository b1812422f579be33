/** Recordings of the workspace as cards, with their first stimuli. */
import { SimpleGrid } from '@mantine/core';
import { useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { RecordingCard } from './recording-card.tsx';

export function LibraryPage() {
  const recordings = useCall('recordings.list', {});
  return (
    <Page title={texts.library.title} subtitle={texts.library.subtitle}>
      <Loaded query={recordings}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              title={texts.library.emptyTitle}
              text={texts.library.emptyText}
              commands={texts.library.emptyCommands}
            />
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              {rows.map((row) => (
                <RecordingCard key={row.id} row={row} />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Page>
  );
}
