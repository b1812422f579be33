/** Stimuli by name, what becomes of gaps, the size of pictures, and regions. */
import { Anchor, Group, List, NumberInput, Select, SimpleGrid, Stack, Switch, Table, Text } from '@mantine/core';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { ImportFacts, ImportPreview } from '../../../shared/imports.ts';
import { useClient } from '../../api/client-context.tsx';
import { ChoiceList } from '../../components/choice-list.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { Section } from '../../components/section.tsx';
import { TaskProgress } from '../../components/task-progress.tsx';
import { importTexts } from '../../texts/import.ts';
import { entryAt, textAt } from './entries.ts';
import type { ImportWizard } from './use-import.ts';

interface ContentProps {
  readonly wizard: ImportWizard;
  readonly preview: ImportPreview;
}

export function ContentStep({ wizard, preview }: ContentProps) {
  const { facts } = preview;
  return (
    <Stack gap="lg">
      {wizard.lookTask?.state === 'running' && <TaskProgress task={wizard.lookTask} />}
      {wizard.error !== null && <ErrorPanel error={wizard.error} />}
      {facts !== null && (
        <>
          <Section title={importTexts.stimulusReport} text={found(facts.stimuli)}>
            <StimulusReport look={preview.look} stimuli={facts.stimuli} />
          </Section>
          <Gaps wizard={wizard} preview={preview} facts={facts} />
          {facts.stimuli.count > 0 && <Fitting wizard={wizard} preview={preview} />}
          <Regions facts={facts} />
        </>
      )}
    </Stack>
  );
}

function StimulusReport({ look, stimuli }: { look: string; stimuli: ImportFacts['stimuli'] }) {
  const client = useClient();
  const { missing, double, unused } = stimuli;
  const lists = [
    [importTexts.missing, importTexts.missingText, missing.total, missing.first.map(({ stimulus }) => stimulus)],
    [
      importTexts.double,
      importTexts.doubleText,
      double.total,
      double.first.map(({ stimulus, images }) => `${stimulus}: ${images.join(', ')}`),
    ],
    [importTexts.unused, importTexts.unusedText, unused.total, unused.first],
  ] as const;
  const filled = lists.filter(([, , total]) => total > 0);
  return (
    <Stack gap="sm">
      {filled.length === 0 && <Text size="sm">{importTexts.nothingWrong}</Text>}
      <SimpleGrid cols={{ base: 1, md: Math.max(1, filled.length) }}>
        {filled.map(([title, text, total, names]) => (
          <div key={title}>
            <Text fw={600}>
              {title}: {total.toLocaleString('en')}
            </Text>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
            <div className="name-list" tabIndex={0} role="group" aria-label={title}>
              <List size="sm">
                {names.map((name) => (
                  <List.Item key={name}>{name}</List.Item>
                ))}
              </List>
            </div>
            {total > names.length && (
              <Text size="sm" c="dimmed">
                {importTexts.andMore(total - names.length)}
              </Text>
            )}
          </div>
        ))}
      </SimpleGrid>
      <Anchor size="sm" href={client.dataUrl(dataRoutes.stimulusReport(look))} download="stimuli.csv">
        {importTexts.saveReport}
      </Anchor>
    </Stack>
  );
}

/** Stimuli that are known by name have matches; others come with their samples. */
function found({ matched, missing, double, count }: ImportFacts['stimuli']): string {
  return matched + missing.total + double.total === 0 && count > 0
    ? importTexts.ownPictures(count)
    : importTexts.matched(matched);
}

/** Choices that only some data need. */
function Gaps({ wizard, preview: { recipe }, facts }: ContentProps & { facts: ImportFacts }) {
  const missing = textAt(recipe, 'stimuli.missing');
  const asksStimuli = facts.stimuli.missing.total > 0 || (missing !== null && missing !== 'error');
  const asksNumbers = facts.responses.notFinite > 0;
  return (
    <>
      {asksStimuli && (
        <Section title={importTexts.missingRule}>
          <ChoiceList
            label={importTexts.missingRule}
            choices={choicesOf(importTexts.missingRules)}
            value={missing ?? 'error'}
            onChange={(rule) => {
              wizard.change('stimuli.missing', rule);
            }}
          />
        </Section>
      )}
      {asksNumbers && (
        <Section title={importTexts.nanRule}>
          <ChoiceList
            label={importTexts.nanRule}
            choices={choicesOf(importTexts.nanRules)}
            value={textAt(recipe, 'missing') ?? 'error'}
            onChange={(rule) => {
              wizard.change('missing', rule);
            }}
          />
        </Section>
      )}
    </>
  );
}

function choicesOf(rules: Readonly<Record<string, readonly [string, string]>>) {
  return Object.entries(rules).map(([value, [title, text]]) => ({ value, title, text }));
}

function Fitting({ wizard, preview: { recipe } }: ContentProps) {
  const size = entryAt(recipe, 'stimuli.size');
  return (
    <Section title={importTexts.fitTitle} text={importTexts.fitText}>
      <Group align="flex-end">
        <Select
          label={importTexts.fit}
          data={Object.entries(importTexts.fits).map(([value, label]) => ({ value, label }))}
          value={textAt(recipe, 'stimuli.fit') ?? ''}
          allowDeselect={false}
          onChange={(fit) => {
            wizard.change('stimuli.fit', fit === '' || fit === null ? undefined : fit);
          }}
        />
        <NumberInput
          key={String(size)}
          label={importTexts.size}
          placeholder={importTexts.sizePlaceholder}
          min={1}
          max={8192}
          allowDecimal={false}
          defaultValue={typeof size === 'number' ? size : ''}
          onBlur={(event) => {
            const wanted = event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value);
            if (wanted !== size) wizard.change('stimuli.size', wanted);
          }}
        />
        <Switch
          mb={8}
          label={importTexts.grey}
          checked={entryAt(recipe, 'stimuli.grey') === true}
          onChange={(event) => {
            wizard.change('stimuli.grey', event.currentTarget.checked);
          }}
        />
      </Group>
    </Section>
  );
}

function Regions({ facts }: { facts: ImportFacts }) {
  const { regions, overlaps, voxelsOutsideRegions } = facts;
  return (
    <Section title={importTexts.regionSet}>
      {regions.length === 0 ? (
        <Text size="sm">{importTexts.noRegions}</Text>
      ) : (
        <Table maw={420}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{importTexts.region}</Table.Th>
              <Table.Th ta="right">{importTexts.voxels}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {regions.map(({ name, voxels }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right" className="numbers">
                  {voxels.toLocaleString('en')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {voxelsOutsideRegions > 0 && regions.length > 0 && (
        <Text size="sm">{importTexts.outside(voxelsOutsideRegions)}</Text>
      )}
      {overlaps.length > 0 && (
        <>
          <Text fw={600} size="sm" mt="sm">
            {importTexts.overlaps}
          </Text>
          <List size="sm">
            {overlaps.map(({ first, second, voxels }) => (
              <List.Item key={`${first} ${second}`}>{importTexts.overlap(first, second, voxels)}</List.Item>
            ))}
          </List>
        </>
      )}
    </Section>
  );
}
