/** What the data hold, as pictures and numbers, and the choices that put it right. */
import { Accordion, Alert, Badge, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ImportFacts, ImportPreview } from '../../../shared/imports.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import { useClient } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatBytes } from '../../components/format.ts';
import { Section } from '../../components/section.tsx';
import { ProgressLine, TaskProgress } from '../../components/task-progress.tsx';
import { importTexts } from '../../texts/import.ts';
import { ArrayCorrections } from './array-corrections.tsx';
import { DatasetCorrections } from './dataset-corrections.tsx';
import { RecipeText } from './recipe-text.tsx';
import type { ImportWizard } from './use-import.ts';

export function LookStep({ wizard }: { wizard: ImportWizard }) {
  const { preview, error, bringing, looking } = wizard;
  return (
    <Stack gap="lg">
      <Bringing wizard={wizard} />
      {error !== null && <ErrorPanel error={error} />}
      {preview === null && error === null && bringing === null && !looking && (
        <Text role="status">{importTexts.stopped}</Text>
      )}
      {preview !== null && <Seen wizard={wizard} preview={preview} />}
    </Stack>
  );
}

function Bringing({ wizard: { bringing, cancelBringing, lookTask } }: { wizard: ImportWizard }) {
  if (bringing !== null) {
    const { found, sent } = bringing;
    const text =
      sent === null
        ? importTexts.gathering(found)
        : importTexts.uploading(formatBytes(sent.bytes), formatBytes(sent.total), sent.files);
    const share = sent === null || sent.total === 0 ? null : (100 * sent.bytes) / sent.total;
    return <ProgressLine label={importTexts.looking} text={text} share={share} onCancel={cancelBringing} />;
  }
  return lookTask?.state === 'running' ? <TaskProgress task={lookTask} /> : null;
}

function Seen({ wizard, preview }: { wizard: ImportWizard; preview: ImportPreview }) {
  const { problem, facts, guesses } = preview;
  return (
    <div className={wizard.looking ? 'import-seen import-stale' : 'import-seen'} aria-busy={wizard.looking}>
      <Stack gap="lg">
        {problem !== null && (
          <Alert className="note" color="orange" title={importTexts.problem} role="alert">
            <Text size="sm">{problem.message}</Text>
            <Text size="sm">{problem.hint ?? importTexts.problemText}</Text>
          </Alert>
        )}
        {facts !== null && <Facts preview={preview} facts={facts} />}
        {facts !== null && <Pictures preview={preview} />}
        {facts !== null && <Warnings warnings={[...facts.warnings, ...(facts.scans?.problems ?? [])]} />}
      </Stack>
      <Stack gap="lg">
        <Section title={importTexts.corrections}>
          {preview.format === 'arrays' && <ArrayCorrections wizard={wizard} preview={preview} />}
          {preview.format !== 'arrays' && <DatasetCorrections wizard={wizard} preview={preview} />}
        </Section>
        <Accordion variant="contained" radius="md" multiple defaultValue={[]}>
          {guesses.length > 0 && (
            <Accordion.Item value="guesses">
              <Accordion.Control>{importTexts.guesses}</Accordion.Control>
              <Accordion.Panel>
                <Text size="sm" c="dimmed" mb="xs">
                  {importTexts.guessesText}
                </Text>
                <List size="sm">
                  {guesses.map(({ about, choice, reason }) => (
                    <List.Item key={`${about} ${choice}`}>
                      <strong>{about}</strong>: {choice} ({reason})
                    </List.Item>
                  ))}
                </List>
              </Accordion.Panel>
            </Accordion.Item>
          )}
          <Accordion.Item value="recipe">
            <Accordion.Control>{importTexts.recipe}</Accordion.Control>
            <Accordion.Panel>
              <RecipeText key={preview.look} wizard={wizard} preview={preview} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </div>
  );
}

function Facts({ preview, facts }: { preview: ImportPreview; facts: ImportFacts }) {
  const counts = [
    [facts.samples, importTexts.samples],
    [facts.voxels, importTexts.voxels],
    [facts.stimuli.count, importTexts.stimuli],
    ...(facts.scans === null ? [] : [[facts.scans.runs.length, importTexts.runs] as const]),
  ] as const;
  return (
    <Section title={facts.name} text={`${importTexts.recognisedAs(preview.title)} · ${facts.subject}`}>
      <SimpleGrid cols={counts.length} spacing="md" role="group" aria-label={importTexts.facts}>
        {counts.map(([count, what]) => (
          <div key={what}>
            <Text size="xl" fw={650} className="numbers">
              {count.toLocaleString('en')}
            </Text>
            <Text size="sm" c="dimmed">
              {what}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Group gap={6} mt="md" role="group" aria-label={importTexts.regions}>
        {facts.regions.slice(0, 24).map(({ name, voxels }) => (
          <Badge key={name} variant="default" fw={500}>
            {name} {voxels.toLocaleString('en')}
          </Badge>
        ))}
      </Group>
      {facts.scans !== null && (
        <Text size="sm" c="dimmed" mt="sm">
          {facts.scans.grid}
        </Text>
      )}
    </Section>
  );
}

/** More would push everything else out of sight. */
const MOST_WARNINGS = 12;

function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Alert className="note" color="yellow" title={importTexts.warnings}>
      <List size="sm">
        {warnings.slice(0, MOST_WARNINGS).map((warning) => (
          <List.Item key={warning}>{warning}</List.Item>
        ))}
        {warnings.length > MOST_WARNINGS && (
          <List.Item>{importTexts.moreWarnings(warnings.length - MOST_WARNINGS)}</List.Item>
        )}
      </List>
    </Alert>
  );
}

function Pictures({ preview: { look, pictures } }: { preview: ImportPreview }) {
  const client = useClient();
  const shown = [
    ['contact-sheet', pictures.contactSheet, importTexts.pictures, importTexts.picturesText, importTexts.contactSheet],
    ['slices', pictures.slices, importTexts.slices, importTexts.slicesText, importTexts.slices],
  ] as const;
  return shown.map(([picture, isThere, title, text, alt]) =>
    isThere ? (
      <Section key={picture} title={title} text={text}>
        <img className="import-picture" src={client.dataUrl(dataRoutes.importPicture(look, picture))} alt={alt} />
      </Section>
    ) : null,
  );
}
