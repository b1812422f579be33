import { Button, Collapse, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { metricNames } from '../../../shared/evaluation.ts';
import { experimentStateSchema } from '../../../shared/experiment.ts';
import { useCall } from '../../api/client-context.tsx';
import { texts } from '../../texts/en.ts';
import { isFiltered, noFilters, type HistoryFilters } from './history-filters.ts';

interface FilterBarProps {
  readonly filters: HistoryFilters;
  readonly onChange: (part: Partial<HistoryFilters>) => void;
  /** At the right. */
  readonly aside: ReactNode;
}

/** The filters that are used every day, and below them those that find something old. */
export function FilterBar({ filters, onChange, aside }: FilterBarProps) {
  const { data: tags = [] } = useCall('experiments.tags', {});
  const { data: recordings = [] } = useCall('recordings.list', {});
  const { data: presets = [] } = useCall('presets.list', {});
  const { since, until, metric, recording, preset } = filters;
  const [open, { toggle }] = useDisclosure(
    [since, until].some((day) => day !== '') || [metric, recording, preset].some((one) => one !== null),
  );
  return (
    <>
      <Group mb="sm" align="flex-end">
        <TextInput
          label={texts.history.search}
          w={320}
          value={filters.search}
          onChange={(event) => {
            onChange({ search: event.currentTarget.value });
          }}
        />
        <Choice
          label={texts.history.state}
          value={filters.state}
          data={experimentStateSchema.options.map((state) => ({ value: state, label: texts.states[state] }))}
          onChange={(state) => {
            onChange({ state: experimentStateSchema.safeParse(state).data ?? null });
          }}
        />
        <Choice
          label={texts.history.tag}
          value={filters.tag}
          data={tags.map(({ tag }) => ({ value: tag, label: tag }))}
          onChange={(tag) => {
            onChange({ tag });
          }}
        />
        <Button variant="subtle" aria-expanded={open} onClick={toggle}>
          {open ? texts.history.fewer : texts.history.more}
        </Button>
        {isFiltered(filters) && (
          <Button
            variant="subtle"
            onClick={() => {
              onChange({ ...noFilters, sort: filters.sort });
            }}
          >
            {texts.history.clear}
          </Button>
        )}
        {aside}
      </Group>
      <Collapse expanded={open}>
        <Group mb="sm" align="flex-end">
          <Choice
            label={texts.history.recording}
            width={170}
            value={filters.recording}
            data={recordings.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(chosen) => {
              onChange({ recording: chosen });
            }}
          />
          <Choice
            label={texts.history.preset}
            value={filters.preset}
            data={presets.map(({ name, title }) => ({ value: name, label: title }))}
            onChange={(chosen) => {
              onChange({ preset: chosen });
            }}
          />
          <TextInput
            type="date"
            w={140}
            label={texts.history.since}
            value={filters.since}
            onChange={(event) => {
              onChange({ since: event.currentTarget.value });
            }}
          />
          <TextInput
            type="date"
            w={140}
            label={texts.history.until}
            value={filters.until}
            onChange={(event) => {
              onChange({ until: event.currentTarget.value });
            }}
          />
          <Choice
            label={texts.history.score}
            width={160}
            value={filters.metric}
            data={metricNames.map((name) => ({ value: name, label: texts.metrics[name].title }))}
            onChange={(name) => {
              onChange({ metric: metricNames.find((one) => one === name) ?? null });
            }}
          />
          <Bound
            label={texts.history.least}
            value={filters.least}
            disabled={metric === null}
            onChange={(least) => {
              onChange({ least });
            }}
          />
          <Bound
            label={texts.history.most}
            value={filters.most}
            disabled={metric === null}
            onChange={(most) => {
              onChange({ most });
            }}
          />
          <Select
            label={texts.history.archived}
            allowDeselect={false}
            w={150}
            value={filters.archived}
            data={Object.entries(texts.history.archivedOptions).map(([value, label]) => ({ value, label }))}
            // The values are those given in `data`.
            onChange={(archived) => {
              onChange({ archived: (archived ?? 'without') as HistoryFilters['archived'] });
            }}
          />
        </Group>
      </Collapse>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly width?: number;
  readonly value: string | null;
  readonly data: { value: string; label: string }[];
  readonly onChange: (value: string | null) => void;
}

/** One of several, or any. */
function Choice({ label, width = 130, value, data, onChange }: ChoiceProps) {
  return (
    <Select
      label={label}
      placeholder={texts.history.any}
      clearable
      searchable={data.length > 12}
      w={width}
      value={value}
      data={data}
      onChange={onChange}
    />
  );
}

interface BoundProps {
  readonly label: string;
  readonly value: number | null;
  readonly disabled: boolean;
  readonly onChange: (value: number | null) => void;
}

function Bound({ label, value, disabled, onChange }: BoundProps) {
  return (
    <NumberInput
      label={label}
      w={80}
      step={0.05}
      disabled={disabled}
      value={value ?? ''}
      onChange={(typed) => {
        onChange(typed === '' ? null : Number(typed));
      }}
    />
  );
}
