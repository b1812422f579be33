/** Recordings of the workspace as cards, with their first stimuli. */
import { Button, Code, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LeftQueue } from '../../components/left-queue.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { TaskProgress } from '../../components/task-progress.tsx';
import { texts } from '../../texts/en.ts';
import { importTexts } from '../../texts/import.ts';
import { RecordingCard } from './recording-card.tsx';

export function LibraryPage() {
  const recordings = useCall('recordings.list', {});
  const importButton = (
    <Button component={Link} href="/import">
      {importTexts.button}
    </Button>
  );
  return (
    <Page title={texts.library.title} subtitle={texts.library.subtitle} actions={importButton}>
      <LeftQueue />
      <RunningImports />
      <Loaded query={recordings}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={texts.library.emptyTitle} text={importTexts.emptyText}>
              {importButton}
              <Text size="sm" c="dimmed" mt="lg">
                {importTexts.emptyDemo}
              </Text>
              <Code block>{texts.library.demoCommand}</Code>
            </EmptyState>
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

/** Imports go on when their wizard was left. */
function RunningImports() {
  const { data: tasks = [] } = useCall('tasks.list', {});
  const running = tasks.filter(
    ({ kind, state }) => state === 'running' && (kind === 'imports.start' || kind === 'imports.addStimuli'),
  );
  return running.map((task) => (
    <div key={task.id} className="panel running-task">
      <TaskProgress task={task} />
    </div>
  ));
}
