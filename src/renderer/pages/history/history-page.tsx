/** Every experiment: searched, filtered, sorted, and two of them compared. */
import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ExperimentSort } from '../../../shared/catalog.ts';
import { experimentStateSchema, type ExperimentState } from '../../../shared/experiment.ts';
import { useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { HistoryTable } from './history-table.tsx';

export interface HistoryFilters {
  readonly search: string;
  readonly state: ExperimentState | null;
  readonly tag: string | null;
  readonly archived: 'without' | 'only' | 'with';
  readonly sort: ExperimentSort;
}

export function HistoryPage() {
  const [, navigate] = useLocation();
  const [filters, setFilters] = useState<HistoryFilters>({
    search: '',
    state: null,
    tag: null,
    archived: 'without',
    sort: { by: 'createdAt', descending: true },
  });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [search] = useDebouncedValue(filters.search, 120);
  const { data: tags = [] } = useCall('experiments.tags', {});
  const query = {
    ...(search.trim() === '' ? {} : { search }),
    ...(filters.state === null ? {} : { state: filters.state }),
    ...(filters.tag === null ? {} : { tag: filters.tag }),
    archived: filters.archived,
    sort: filters.sort,
  };
  const { data: first, isSuccess } = useCall('experiments.list', { ...query, limit: 1 }, { keepPrevious: true });
  const total = first?.total ?? 0;
  const change = (part: Partial<HistoryFilters>): void => {
    setFilters((before) => ({ ...before, ...part }));
  };
  const filtered = search.trim() !== '' || filters.state !== null || filters.tag !== null || filters.archived === 'only';
  return (
    <Page
      wide
      title={texts.history.title}
      subtitle={texts.history.subtitle}
      actions={
        <Button disabled={chosen.length !== 2} onClick={() => { navigate(`/compare/${chosen[0]}/${chosen[1]}`); }}>
          {texts.history.compare}
        </Button>
      }
    >
      <Group mb="md" align="flex-end">
        <TextInput
          label={texts.history.search}
          w={340}
          value={filters.search}
          onChange={(event) => { change({ search: event.currentTarget.value }); }}
        />
        <Select
          label={texts.history.state}
          placeholder={texts.history.any}
          clearable
          w={150}
          value={filters.state}
          data={experimentStateSchema.options.map((state) => ({ value: state, label: texts.states[state] }))}
          // The values are those given in `data`.
          onChange={(state) => { change({ state: state }); }}
        />
        <Select
          label={texts.history.tag}
          placeholder={texts.history.any}
          clearable
          w={150}
          value={filters.tag}
          data={tags.map(({ tag }) => tag)}
          onChange={(tag) => { change({ tag }); }}
        />
        <Select
          label={texts.history.archived}
          allowDeselect={false}
          w={170}
          value={filters.archived}
          data={Object.entries(texts.history.archivedOptions).map(([value, label]) => ({ value, label }))}
          // The values are those given in `data`.
          onChange={(archived) => { change({ archived: (archived ?? 'without') as HistoryFilters['archived'] }); }}
        />
        <Text size="sm" c="dimmed" ml="auto" aria-live="polite">
          {texts.history.total(total)}
        </Text>
      </Group>
      {isSuccess && total === 0 ? (
        <EmptyState
          title={filtered ? texts.history.noneTitle : texts.history.emptyTitle}
          text={filtered ? texts.history.noneText : texts.history.emptyText}
        />
      ) : (
        <HistoryTable
          query={query}
          total={total}
          sort={filters.sort}
          onSort={(sort) => { change({ sort }); }}
          chosen={chosen}
          onChoose={(id) => {
            // The two that were chosen last.
            setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-2));
          }}
        />
      )}
    </Page>
  );
}
