/** Every experiment: searched, filtered, sorted; several of them compared or archived. */
import { Button, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { MOST_COMPARED } from '../../../shared/comparison.ts';
import { useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LeftQueue } from '../../components/left-queue.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { ChosenActions } from './chosen-actions.tsx';
import { FilterBar } from './filter-bar.tsx';
import { fromAddress, isFiltered, toAddress, toQuery, type HistoryFilters } from './history-filters.ts';
import { HistoryTable } from './history-table.tsx';

export function HistoryPage() {
  const [address, setAddress] = useSearchParams();
  const [filters, setFilters] = useState<HistoryFilters>(() => fromAddress(address));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [settled] = useDebouncedValue(filters, 120);
  useEffect(() => {
    setAddress(toAddress(settled), { replace: true });
    // Setting it gives a new function every time.
  }, [settled]);
  const query = useMemo(() => toQuery(settled), [settled]);
  const { data: first, isSuccess } = useCall('experiments.list', { ...query, limit: 1 }, { keepPrevious: true });
  const total = first?.total ?? 0;
  const change = (part: Partial<HistoryFilters>): void => {
    setFilters((before) => ({ ...before, ...part }));
  };
  return (
    <Page wide title={texts.history.title} subtitle={texts.history.subtitle}>
      <LeftQueue />
      <FilterBar
        filters={filters}
        onChange={change}
        aside={
          <Text size="sm" c="dimmed" ml="auto" aria-live="polite">
            {texts.history.total(total)}
          </Text>
        }
      />
      <ChosenActions
        chosen={chosen}
        archivedOnly={filters.archived === 'only'}
        onClear={() => {
          setChosen([]);
        }}
      />
      {isSuccess && total === 0 ? (
        <Nothing filtered={isFiltered(settled)} />
      ) : (
        <HistoryTable
          query={query}
          total={total}
          sort={filters.sort}
          onSort={(sort) => {
            change({ sort });
          }}
          chosen={chosen}
          onChoose={(id) => {
            // As many as a comparison shows: those that were chosen last.
            setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-MOST_COMPARED));
          }}
        />
      )}
    </Page>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (filtered) return <EmptyState title={texts.history.noneTitle} text={texts.history.noneText} />;
  return (
    <EmptyState title={texts.history.emptyTitle} text={texts.history.emptyText}>
      <Button component={Link} href="/train">
        {texts.navigation.train}
      </Button>
    </EmptyState>
  );
}
