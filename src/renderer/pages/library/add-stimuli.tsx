import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/client-context.tsx';
import { useTask } from '../../api/use-task.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { TaskProgress } from '../../components/task-progress.tsx';
import { importTexts } from '../../texts/import.ts';
import { FolderBrowser } from '../import/folder-browser.tsx';

/** For a recording that was imported without pictures: another one with them is made. */
export function AddStimuli({ recording, samples }: { recording: string; samples: number }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="compact-sm" mt="sm" mr="sm" onClick={open}>
        {importTexts.addStimuli}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={importTexts.addStimuli}
        size="lg"
        closeButtonProps={{ 'aria-label': importTexts.close }}
      >
        <Stack>
          <Text size="sm">{importTexts.addStimuliText(samples)}</Text>
          <AddForm recording={recording} />
        </Stack>
      </Modal>
    </>
  );
}

function AddForm({ recording }: { recording: string }) {
  const [path, setPath] = useState('');
  const [keep, setKeep] = useState(false);
  const [taskId, setTaskId] = useState<string | null>(null);
  const [browsing, browser] = useDisclosure(false);
  const task = useTask(taskId);
  const add = useAction('imports.addStimuli', ({ id }) => {
    setTaskId(id);
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ recording, source: { paths: [path.trim()] }, missing: keep ? 'keep' : 'error' });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={importTexts.addStimuliPath}
            value={path}
            onChange={(event) => {
              setPath(event.currentTarget.value);
            }}
          />
          <Button variant="default" onClick={browser.open}>
            {importTexts.browse}
          </Button>
        </Group>
        <Checkbox
          label={importTexts.keepMissing}
          checked={keep}
          onChange={(event) => {
            setKeep(event.currentTarget.checked);
          }}
        />
        {add.isError && <ErrorPanel error={add.error} />}
        {task?.state === 'running' && <TaskProgress task={task} />}
        {task?.state === 'failed' && task.error !== null && (
          <Alert color="red" role="alert" title={task.error.message}>
            {task.error.hint}
          </Alert>
        )}
        {task?.state === 'done' && (
          <Alert className="note" color="green" role="status" title={importTexts.stimuliAdded} />
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={path.trim() === '' || task?.state === 'running'} loading={add.isPending}>
            {importTexts.addStimuli}
          </Button>
        </Group>
      </Stack>
      <FolderBrowser
        opened={browsing}
        onClose={browser.close}
        onChoose={(chosen) => {
          browser.close();
          setPath(chosen);
        }}
      />
    </form>
  );
}
