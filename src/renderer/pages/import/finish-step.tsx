/** Name, import, and where to go from there. */
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { taskResults } from '../../../shared/contract.ts';
import type { ImportPreview } from '../../../shared/imports.ts';
import type { Task } from '../../../shared/task.ts';
import { useAction, useClient } from '../../api/client-context.tsx';
import { useTask } from '../../api/use-task.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { FactsTable } from '../../components/facts-table.tsx';
import { saveText } from '../../components/save-text.ts';
import { Section } from '../../components/section.tsx';
import { TaskProgress } from '../../components/task-progress.tsx';
import { importTexts } from '../../texts/import.ts';
import type { ImportDraft } from './kept-import.ts';
import { stepsOf } from './step-kinds.ts';
import type { ImportWizard } from './use-import.ts';

interface FinishProps {
  readonly wizard: ImportWizard;
  readonly preview: ImportPreview;
  readonly draft: ImportDraft;
  readonly onDraft: (part: Partial<ImportDraft>) => void;
  readonly onBack: () => void;
}

export function FinishStep({ wizard, preview, draft, onDraft, onBack }: FinishProps) {
  const { source } = wizard;
  const task = useTask(draft.importing);
  const start = useAction('imports.start', ({ id }) => {
    onDraft({ importing: id });
  });
  // In a dataset the subject says which data are meant.
  const isChosen = preview.format === 'bids' || preview.format === 'openfmri';
  const recognised = { name: preview.facts?.name ?? '', subject: preview.facts?.subject ?? '' };
  const name = draft.name ?? recognised.name;
  const subject = isChosen ? recognised.subject : (draft.subject ?? recognised.subject);
  const recipe = { ...preview.recipe, name: name.trim(), ...(isChosen ? {} : { subject: subject.trim() }) };
  const complete = name.trim() !== '' && subject.trim() !== '';
  const result = task?.state === 'done' ? taskResults['imports.start'].safeParse(task.result).data : undefined;
  if (result !== undefined) {
    return (
      <Alert className="note" color="green" title={importTexts.done} role="status">
        <Text>{importTexts.doneText(name, result.samples, result.voxels, result.stimuli)}</Text>
        <Group mt="md">
          <Button component={Link} href="/library">
            {importTexts.lookAtRecording}
          </Button>
          <Button component={Link} variant="default" href={`/train?recording=${encodeURIComponent(result.recording)}`}>
            {importTexts.train}
          </Button>
        </Group>
      </Alert>
    );
  }
  const running = task?.state === 'running';
  // Cancelling takes away what was brought here.
  const gone = task?.state === 'cancelled' && source !== null && 'upload' in source;
  return (
    <Stack gap="lg">
      <Section title={importTexts.steps.finish}>
        <Stack gap="md">
          <Group grow align="flex-start">
            <TextInput
              label={importTexts.name}
              value={name}
              disabled={running}
              onChange={(event) => {
                onDraft({ name: event.currentTarget.value });
              }}
            />
            <TextInput
              label={importTexts.subject}
              value={subject}
              disabled={running || isChosen}
              {...(isChosen ? { description: importTexts.subjectOfData } : {})}
              onChange={(event) => {
                onDraft({ subject: event.currentTarget.value });
              }}
            />
          </Group>
          <Summary preview={preview} />
          <SaveRecipe wizard={wizard} recipe={recipe} disabled={gone} />
        </Stack>
      </Section>
      {start.isError && <ErrorPanel error={start.error} />}
      <Outcome task={task} gone={gone} />
      {!running && (
        <Group justify="space-between">
          <Button variant="default" onClick={onBack}>
            {importTexts.back}
          </Button>
          <Button
            disabled={!complete || source === null || gone}
            loading={start.isPending}
            onClick={() => {
              if (source !== null) start.mutate({ source, recipe });
            }}
          >
            {importTexts.start}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Outcome({ task, gone }: { task: Task | null; gone: boolean }) {
  if (task?.state === 'running') return <TaskProgress task={task} />;
  if (task?.state === 'cancelled') {
    return (
      <Alert className="note" color="gray" role="status" title={importTexts.cancelled}>
        {gone ? importTexts.uploadGone : null}
      </Alert>
    );
  }
  if (task?.state === 'failed' && task.error !== null) {
    return (
      <Alert color="red" role="alert" title={task.error.message}>
        {task.error.hint}
      </Alert>
    );
  }
  return null;
}

function Summary({ preview: { facts, recipe } }: { preview: ImportPreview }) {
  if (facts === null) return null;
  const steps = stepsOf(recipe).map(({ step }) => importTexts.stepTexts[step].title);
  const rows = [
    [importTexts.samples, facts.samples.toLocaleString('en')],
    [importTexts.voxels, facts.voxels.toLocaleString('en')],
    [importTexts.stimuli, facts.stimuli.count.toLocaleString('en')],
    [importTexts.regions, facts.regions.map(({ name }) => name).join(', ') || importTexts.none],
    ...(steps.length === 0 ? [] : [[importTexts.steps.series, steps.join(', ')] as const]),
  ] as const;
  return <FactsTable facts={rows} nameWidth={130} />;
}

function SaveRecipe({
  wizard: { source },
  recipe,
  disabled,
}: {
  wizard: ImportWizard;
  recipe: ImportPreview['recipe'];
  disabled: boolean;
}) {
  const client = useClient();
  const [error, setError] = useState<unknown>(null);
  const save = async (): Promise<void> => {
    if (source === null) return;
    try {
      saveText('recipe.yaml', (await client.call('imports.recipe', { source, recipe })).text);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Group gap="md" wrap="nowrap">
      <Button
        variant="default"
        disabled={disabled}
        onClick={() => {
          void save();
        }}
        style={{ flexShrink: 0 }}
      >
        {importTexts.saveRecipe}
      </Button>
      <Text size="sm" c="dimmed">
        {importTexts.saveRecipeText}
      </Text>
      {error !== null && <ErrorPanel error={error} />}
    </Group>
  );
}
