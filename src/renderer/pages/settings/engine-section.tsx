import { Alert, Button, Group, Table, Text } from '@mantine/core';
import { taskResults } from '../../../shared/contract.ts';
import type { DoctorReport } from '../../../shared/doctor.ts';
import type { Task } from '../../../shared/task.ts';
import { useAction, useCall } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatNumber } from '../../components/format.ts';
import { RunningTask } from '../../components/running-task.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';

/** What was found, what is missing, and the one button that fixes it. */
export function EngineSection() {
  const { data: tasks = [] } = useCall('tasks.list', {});
  const diagnose = useAction('engine.diagnose');
  const install = useAction('engine.install');
  const newest = (kind: string): Task | undefined => tasks.filter((task) => task.kind === kind).at(-1);
  const looking = newest('engine.diagnose');
  const installing = newest('engine.install');
  const running = [looking, installing].find((task) => task?.state === 'running');
  const report = lastReport(tasks);
  const failed = [installing, looking].find((task) => task?.state === 'failed');
  return (
    <Section title={texts.settings.engine} text={texts.settings.engineText}>
      {report !== null && <Findings report={report} />}
      {failed?.error != null && (
        <Alert color="red" title={failed.error.message} mb="sm">
          {failed.error.hint}
        </Alert>
      )}
      {[diagnose, install].map(({ isError, error }, at) => isError && <ErrorPanel key={at} error={error} />)}
      <Group>
        <Button
          variant={report === null ? 'filled' : 'default'}
          disabled={running !== undefined}
          onClick={() => {
            diagnose.mutate({});
          }}
        >
          {report === null ? texts.settings.look : texts.settings.lookAgain}
        </Button>
        {report !== null &&
          fixesFor(report).map(({ title, gpu }) => (
            <Button
              key={title}
              disabled={running !== undefined}
              onClick={() => {
                install.mutate({ gpu });
              }}
            >
              {title}
            </Button>
          ))}
        {running !== undefined && <RunningTask task={running} />}
      </Group>
    </Section>
  );
}

/** What one button each can mend. */
function fixesFor({ backends, installations, nvidia }: DoctorReport): { title: string; gpu: boolean }[] {
  const native = backends.find(({ name }) => name === 'tensorflow');
  const damaged = installations.find(({ state }) => state === 'damaged');
  const fixes: { title: string; gpu: boolean }[] = [];
  if (damaged !== undefined) fixes.push({ title: texts.settings.repair, gpu: damaged.kind === 'cuda' });
  else if (native?.available === false) fixes.push({ title: texts.settings.install, gpu: false });
  if (nvidia.gpus.length > 0 && nvidia.problem === null && native?.gpu === false) {
    fixes.push({ title: texts.settings.installGpu, gpu: true });
  }
  return fixes;
}

function lastReport(tasks: readonly Task[]): DoctorReport | null {
  const done = tasks.filter(({ kind, state }) => kind === 'engine.diagnose' && state === 'done').at(-1);
  const parsed = taskResults['engine.diagnose'].safeParse(done?.result);
  return parsed.success ? parsed.data : null;
}

function Findings({ report }: { report: DoctorReport }) {
  return (
    <div style={{ marginBottom: 16 }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.settings.backend}</Table.Th>
            <Table.Th>{texts.settings.works}</Table.Th>
            <Table.Th ta="right" style={{ whiteSpace: 'nowrap' }}>
              {texts.settings.step}
            </Table.Th>
            <Table.Th ta="right">{texts.settings.imagesPerSecond}</Table.Th>
            <Table.Th>{texts.settings.device}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.backends.map(({ name, available, timing, device, problem, remedy }) => (
            <Table.Tr key={name}>
              <Table.Td fw={600}>{name}</Table.Td>
              <Table.Td>{available ? texts.settings.yes : texts.settings.no}</Table.Td>
              <Table.Td ta="right" className="numbers">
                {timing === null ? '' : `${formatNumber(Number(timing.medianMilliseconds.toFixed(1)))} ms`}
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {timing === null ? '' : formatNumber(Math.round(timing.imagesPerSecond))}
              </Table.Td>
              <Table.Td>
                {device}
                {problem !== null && (
                  <Text size="xs" c="dimmed">
                    {problem} {remedy}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {report.chosen !== null && (
        <Text size="sm" mt="sm">
          {texts.settings.chosen(report.chosen)}
        </Text>
      )}
    </div>
  );
}
