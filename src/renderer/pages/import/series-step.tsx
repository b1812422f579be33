/** From time series to samples: the chain of steps, and what it does to a voxel. */
import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ImportPreview } from '../../../shared/imports.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Section } from '../../components/section.tsx';
import { TaskProgress } from '../../components/task-progress.tsx';
import { importTexts } from '../../texts/import.ts';
import type { ImportDraft } from './kept-import.ts';
import { StepList } from './step-list.tsx';
import { stepsOf } from './step-kinds.ts';
import type { ImportWizard } from './use-import.ts';
import { VoxelCourse } from './voxel-course.tsx';

interface SeriesProps {
  readonly wizard: ImportWizard;
  readonly preview: ImportPreview;
  readonly draft: ImportDraft;
  readonly onDraft: (part: Partial<ImportDraft>) => void;
}

export function SeriesStep({ wizard, preview, draft, onDraft }: SeriesProps) {
  const used = stepsOf(preview.recipe);
  const steps = draft.steps === null ? used : stepsOf({ steps: draft.steps });
  const changed = JSON.stringify(steps) !== JSON.stringify(used);
  return (
    <Stack gap="lg">
      {wizard.lookTask?.state === 'running' && <TaskProgress task={wizard.lookTask} />}
      {wizard.error !== null && <ErrorPanel error={wizard.error} />}
      <div className="import-seen">
        <Section title={importTexts.course} text={importTexts.courseText}>
          <VoxelCourse preview={preview} steps={changed ? steps : null} />
        </Section>
        <Section title={importTexts.series} text={importTexts.seriesText}>
          <StepList
            steps={steps}
            onChange={(changedSteps) => {
              onDraft({ steps: changedSteps });
            }}
          />
          {changed && (
            <Alert mt="md" className="note" color="blue">
              {importTexts.stepsChanged}
              <Group mt="sm">
                <Button
                  disabled={wizard.looking}
                  onClick={() => {
                    wizard.change('steps', steps);
                  }}
                >
                  {importTexts.applySteps}
                </Button>
              </Group>
            </Alert>
          )}
        </Section>
      </div>
    </Stack>
  );
}
