/** A statistic of every voxel: to look at, and to make a region of those above a threshold. */
import { Group, MultiSelect, NumberInput, Select, Slider, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { RecordingDetails } from '../../../shared/contract.ts';
import { regionStatisticSchema } from '../../../shared/defined-region.ts';
import type { RegionList, StatisticChoice, VoxelStatistic } from '../../../shared/regions.ts';
import { useCall } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { formatMeasured } from '../../components/format.ts';
import { texts } from '../../texts/en.ts';
import { splitSpec } from '../train/draft.ts';
import { DefineLine } from './define-line.tsx';

/** What was chosen; it stays while another form is open. */
export interface StatisticState {
  readonly statistic: StatisticChoice['statistic'] | null;
  readonly category: string | null;
  /** Null takes all samples. */
  readonly split: { readonly kind: string; readonly fold: number } | null;
  /** Null stands at its first place: half way to the best voxel. */
  readonly above: number | null;
}

export function firstStatistic({ splits }: RecordingDetails): StatisticState {
  const kind = (splits.find(({ kind: name }) => name === 'shipped') ?? splits.at(0))?.kind;
  return { statistic: null, category: null, split: kind === undefined ? null : { kind, fold: 0 }, above: null };
}

/** What to ask the program for; null while nothing is chosen. */
export function choiceOf(state: StatisticState, details: RecordingDetails): StatisticChoice | null {
  if (state.statistic === null || (state.statistic === 'category' && state.category === null)) return null;
  return {
    statistic: state.statistic,
    ...(state.category === null ? {} : { category: state.category }),
    ...(state.split === null ? {} : { split: splitSpec(state.split, details) }),
  };
}

export function thresholdOf(state: StatisticState, { minimum, maximum }: VoxelStatistic): number {
  return state.above ?? (Math.max(0, minimum) + maximum) / 2;
}

interface StatisticFormProps {
  readonly list: RegionList;
  readonly details: RecordingDetails;
  readonly state: StatisticState;
  readonly onChange: (state: StatisticState) => void;
}

const ALL = 'all';

export function StatisticForm({ list, details, state, onChange }: StatisticFormProps) {
  const names = texts.regions.statistic;
  const choice = choiceOf(state, details);
  const { recording } = list;
  const query = useCall(
    'regions.statistic',
    { recording, ...(choice ?? { statistic: 'variance' }) },
    { enabled: choice !== null },
  );
  const folds = details.splits.find(({ kind }) => kind === state.split?.kind)?.folds ?? 1;
  const title = (kind: string): string => texts.train.splits[kind]?.[0] ?? kind;
  return (
    <Stack gap="sm">
      <Select
        label={names.choose}
        description={state.statistic === null ? undefined : names.statistics[state.statistic].text}
        data={regionStatisticSchema.options.map((value) => ({ value, label: names.statistics[value].title }))}
        value={state.statistic}
        placeholder={names.none}
        clearable
        onChange={(value) => {
          onChange({ ...state, statistic: value, above: null });
        }}
      />
      {state.statistic === 'category' && (
        <Select
          label={names.category}
          data={list.categories}
          searchable
          value={state.category}
          onChange={(category) => {
            onChange({ ...state, category, above: null });
          }}
        />
      )}
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Select
          label={names.split}
          description={details.splits.length === 0 ? names.noSplit : names.splitHint}
          data={[
            ...details.splits.map(({ kind }) => ({ value: kind, label: title(kind) })),
            { value: ALL, label: names.allSamples },
          ]}
          value={state.split?.kind ?? ALL}
          allowDeselect={false}
          style={{ flex: 1 }}
          onChange={(kind) => {
            onChange({ ...state, split: kind === null || kind === ALL ? null : { kind, fold: 0 }, above: null });
          }}
        />
        {folds > 1 && state.split !== null && (
          <NumberInput
            label={names.fold}
            w={80}
            min={1}
            max={folds}
            value={state.split.fold + 1}
            onChange={(value) => {
              const fold = Math.min(folds, Math.max(1, Math.round(Number(value) || 1))) - 1;
              onChange({ ...state, split: { kind: state.split?.kind ?? '', fold }, above: null });
            }}
          />
        )}
      </Group>
      {query.isError && choice !== null && <ErrorPanel error={query.error} />}
      {query.isFetching && choice !== null && (
        <Text size="sm" c="dimmed" role="status">
          {names.computing}
        </Text>
      )}
      {query.data !== undefined && choice !== null && (
        <Threshold key={query.data.key} {...{ list, choice, state, onChange }} found={query.data} />
      )}
    </Stack>
  );
}

interface ThresholdProps extends Pick<StatisticFormProps, 'list' | 'state' | 'onChange'> {
  readonly choice: StatisticChoice;
  readonly found: VoxelStatistic;
}

function Threshold({ list, choice, found, state, onChange }: ThresholdProps) {
  const names = texts.regions.statistic;
  const [within, setWithin] = useState<string[]>([]);
  const above = thresholdOf(state, found);
  const step = (found.maximum - found.minimum) / 200 || 1;
  const set = (value: number): void => {
    onChange({ ...state, above: value });
  };
  return (
    <>
      <Text size="sm" c="dimmed" className="numbers">
        {names.over(found.samples, formatMeasured(found.minimum), formatMeasured(found.maximum))}
      </Text>
      <Group gap="md" wrap="nowrap" align="flex-end">
        <Slider
          style={{ flex: 1 }}
          mb={10}
          min={found.minimum}
          max={found.maximum}
          step={step}
          value={above}
          label={null}
          thumbLabel={names.threshold}
          onChange={set}
        />
        <NumberInput
          label={names.threshold}
          w={110}
          value={Number(above.toPrecision(4))}
          step={step}
          onChange={(value) => {
            if (typeof value === 'number') set(value);
          }}
        />
      </Group>
      <MultiSelect
        label={names.within}
        placeholder={within.length === 0 ? names.withinPlaceholder : ''}
        data={list.regions.map(({ name }) => name)}
        value={within}
        searchable
        onChange={setWithin}
      />
      {choice.split === undefined ? (
        <Text size="sm" c="dimmed">
          {names.lookOnly}
        </Text>
      ) : (
        <DefineLine
          recording={list.recording}
          definition={{
            kind: 'statistic',
            ...choice,
            split: choice.split,
            keep: { above },
            ...(within.length === 0 ? {} : { within: within.map((name) => `"${name}"`).join(' + ') }),
          }}
        />
      )}
      <details>
        <summary>{names.medians}</summary>
        <Table verticalSpacing={2}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{texts.regions.table.region}</Table.Th>
              <Table.Th ta="right">{names.median}</Table.Th>
              <Table.Th ta="right">{names.best}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="numbers">
            {found.regions.map(({ name, median, best }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{formatMeasured(median)}</Table.Td>
                <Table.Td ta="right">{formatMeasured(best)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </>
  );
}
