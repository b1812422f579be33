import { Alert, Button, Group, Text } from '@mantine/core';
import { taskResults } from '../../../shared/contract.ts';
import type { Task } from '../../../shared/task.ts';
import type { WorkspaceSize } from '../../../shared/workspace-care.ts';
import { useAction, useCall } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
import { formatBytes } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { RunningTask } from '../../components/running-task.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

/** Where the workspace lies, how large it is, and a way to bring the history up to date with it. */
export function WorkspaceSection() {
  const workspace = useCall('workspace.show', {});
  return (
    <Section title={texts.settings.workspace}>
      <Loaded query={workspace}>
        {({ folder, computer, cortextVersion }) => (
          <FactsTable
            nameWidth={140}
            facts={[
              [texts.settings.folder, folder],
              [texts.settings.size, <SizeOnDisk key="size" />],
              [
                texts.settings.computer,
                `${computer.host} (${computer.platform}, ${texts.settings.cores(computer.cores)})`,
              ],
              [texts.settings.memory, formatBytes(computer.memoryBytes)],
              [texts.settings.version, cortextVersion],
            ]}
          />
        )}
      </Loaded>
      <CatchUp />
    </Section>
  );
}

function useNewest(kind: string): Task | undefined {
  const { data: tasks = [] } = useCall('tasks.list', {});
  return tasks.filter((task) => task.kind === kind).at(-1);
}

/** Counted when it is asked for: on a shared drive that takes a while. */
function SizeOnDisk() {
  const measure = useAction('workspace.measure');
  const task = useNewest('workspace.measure');
  if (task?.state === 'running') return <RunningTask task={task} />;
  const size = task?.state === 'done' ? taskResults['workspace.measure'].parse(task.result) : null;
  return (
    <Group gap="sm">
      {size !== null && <Sizes size={size} />}
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          measure.mutate({});
        }}
      >
        {texts.settings.measure}
      </Button>
      {measure.isError && <ErrorPanel error={measure.error} />}
    </Group>
  );
}

function Sizes({ size }: { size: WorkspaceSize }) {
  const words = texts.settings.sizes;
  const parts = (Object.keys(words) as (keyof typeof words)[]).map(
    (part) => `${words[part]} ${formatBytes(size[part])}`,
  );
  return (
    <div>
      <Text span size="sm" fw={600}>
        {formatBytes(size.total)}
      </Text>
      <Text size="xs" c="dimmed">
        {[...parts, texts.settings.free(formatBytes(size.free))].join(' · ')}
      </Text>
    </div>
  );
}

function CatchUp() {
  const start = useAction('workspace.catchUp');
  const task = useNewest('workspace.catchUp');
  const result = task?.state === 'done' ? taskResults['workspace.catchUp'].parse(task.result) : null;
  return (
    <div style={{ marginTop: 18 }}>
      <Text size="sm" c="dimmed" mb="xs">
        {texts.settings.catchUpText}
      </Text>
      <Group>
        <Button
          variant="default"
          disabled={task?.state === 'running'}
          onClick={() => {
            start.mutate({});
          }}
        >
          {texts.settings.catchUp}
        </Button>
        {task?.state === 'running' && <RunningTask task={task} />}
        {result !== null && (
          <Text size="sm" role="status">
            {texts.settings.caughtUp(result.recordings, result.experiments)}
          </Text>
        )}
      </Group>
      {start.isError && <ErrorPanel error={start.error} />}
      {task?.state === 'failed' && (
        <Alert color="red" mt="sm" title={task.error?.message}>
          {task.error?.hint}
        </Alert>
      )}
      {result !== null && result.damaged.length > 0 && (
        <Alert color="orange" mt="sm" title={texts.settings.damaged}>
          {result.damaged.map(({ path, message }) => (
            <Text key={path} size="sm">
              {message}
            </Text>
          ))}
        </Alert>
      )}
    </div>
  );
}
