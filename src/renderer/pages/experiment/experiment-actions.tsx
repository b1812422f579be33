import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ExperimentDetails } from '../../../shared/catalog.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import { useAction, useCall, useClient } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';

interface ActionsProps {
  readonly details: ExperimentDetails;
  readonly status: ExperimentStatus;
}

/** The buttons that make sense in the present state. */
export function ExperimentActions({ details, status }: ActionsProps) {
  const { id } = details;
  const run = useAction('experiments.run');
  const pause = useAction('experiments.pause');
  const annotate = useAction('experiments.annotate');
  const scored = details.evaluation !== null;
  const failed = [run, pause, annotate].find(({ isError }) => isError);
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs" wrap="nowrap">
        {status.state === 'running' && (
          <>
            <Button
              variant="default"
              loading={pause.isPending}
              onClick={() => {
                pause.mutate({ id });
              }}
            >
              {texts.experiment.pause}
            </Button>
            <StopButton id={id} />
          </>
        )}
        {['created', 'paused', 'interrupted', 'failed'].includes(status.state) && (
          <Button
            loading={run.isPending}
            onClick={() => {
              run.mutate({ id });
            }}
          >
            {status.state === 'created' ? texts.experiment.start : texts.experiment.resume}
          </Button>
        )}
        {['completed', 'stopped'].includes(status.state) && <LongerButton id={id} steps={details.trainingSteps} />}
        {scored && <ReportButton id={id} />}
        {scored && (
          <Button component={Link} href={`/experiments/${id}/gallery`}>
            {texts.experiment.gallery}
          </Button>
        )}
        <Button component={Link} href={`/train?like=${id}`} variant="subtle">
          {texts.experiment.clone}
        </Button>
        {status.state !== 'running' && (
          <Button
            variant="subtle"
            loading={annotate.isPending}
            onClick={() => {
              annotate.mutate({ id, archived: !details.archived });
            }}
          >
            {details.archived ? texts.experiment.unarchive : texts.experiment.archive}
          </Button>
        )}
      </Group>
      {failed !== undefined && <ErrorPanel error={failed.error} />}
    </Stack>
  );
}

function StopButton({ id }: { id: string }) {
  const [open, { open: ask, close }] = useDisclosure(false);
  const stop = useAction('experiments.stop', close);
  return (
    <>
      <Button variant="default" onClick={ask}>
        {texts.experiment.stop}
      </Button>
      <Modal opened={open} onClose={close} title={texts.experiment.stopTitle}>
        <Text size="sm">{texts.experiment.stopText}</Text>
        {stop.isError && <ErrorPanel error={stop.error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {texts.cancel}
          </Button>
          <Button
            color="red"
            loading={stop.isPending}
            onClick={() => {
              stop.mutate({ id });
            }}
          >
            {texts.experiment.stop}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function LongerButton({ id, steps }: { id: string; steps: number }) {
  const [open, { open: ask, close }] = useDisclosure(false);
  const [total, setTotal] = useState(2 * steps);
  const run = useAction('experiments.run');
  const extend = useAction('experiments.extend', () => {
    close();
    run.mutate({ id });
  });
  return (
    <>
      <Button variant="default" onClick={ask}>
        {texts.experiment.longer}
      </Button>
      <Modal opened={open} onClose={close} title={texts.experiment.longer}>
        <NumberInput
          label={texts.experiment.longerTitle}
          min={steps + 1}
          step={steps}
          value={total}
          onChange={(value) => {
            setTotal(Math.round(Number(value) || steps));
          }}
        />
        {extend.isError && <ErrorPanel error={extend.error} />}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {texts.cancel}
          </Button>
          <Button
            loading={extend.isPending}
            onClick={() => {
              extend.mutate({ id, steps: total });
            }}
          >
            {texts.experiment.longer}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

/** Writes the report, then opens it beside this window. */
function ReportButton({ id }: { id: string }) {
  const client = useClient();
  const [taskId, setTaskId] = useState<string | null>(null);
  const write = useAction('experiments.report', (task) => {
    setTaskId(task.id);
  });
  const { data: tasks = [] } = useCall('tasks.list', {});
  const task = tasks.find((one) => one.id === taskId);
  if (task?.state === 'done') {
    return (
      <Button
        component="a"
        variant="default"
        target="_blank"
        rel="noopener"
        href={client.dataUrl(dataRoutes.report(id))}
      >
        {texts.experiment.report} ↗
      </Button>
    );
  }
  return (
    <Button
      variant="default"
      loading={write.isPending || task?.state === 'running'}
      onClick={() => {
        write.mutate({ id });
      }}
    >
      {texts.experiment.report}
    </Button>
  );
}
