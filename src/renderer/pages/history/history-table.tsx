import { Checkbox, Text, UnstyledButton } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { ExperimentQuery, ExperimentRow, ExperimentSort } from '../../../shared/catalog.ts';
import { useCall } from '../../api/client-context.tsx';
import { formatDate, formatDuration, formatScore } from '../../components/format.ts';
import { StateBadge } from '../../components/state-badge.tsx';
import { usePresetTitle } from '../../components/use-preset-title.ts';
import { texts } from '../../texts/en.ts';

interface HistoryTableProps {
  readonly query: ExperimentQuery;
  readonly total: number;
  readonly sort: ExperimentSort;
  readonly onSort: (sort: ExperimentSort) => void;
  readonly chosen: readonly string[];
  readonly onChoose: (id: string) => void;
}

/** Rows are asked for in blocks of this many, as they come near. */
const BLOCK = 100;
const ROW_HEIGHT = 44;

const columns: readonly (readonly [string, ExperimentSort | null])[] = [
  [texts.history.columns.name, { by: 'name' }],
  [texts.history.columns.state, { by: 'state' }],
  [texts.history.columns.recording, { by: 'recording' }],
  [texts.history.columns.preset, { by: 'preset' }],
  [texts.history.columns.identification, { metric: 'two-way-identification' }],
  [texts.history.columns.ssim, { metric: 'ssim' }],
  [texts.history.columns.time, { by: 'secondsSpent' }],
  [texts.history.columns.created, { by: 'createdAt' }],
  [texts.history.columns.tags, null],
];

/** Thousands of rows without a stutter: only those near the window exist and were asked for. */
export function HistoryTable({ query, total, sort, onSort, chosen, onChoose }: HistoryTableProps) {
  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    setScrollMargin(list.current?.offsetTop ?? 0);
  }, []);
  const rows = useWindowVirtualizer({ count: total, estimateSize: () => ROW_HEIGHT, overscan: 12, scrollMargin });
  const blocks = new Map<number, { index: number; start: number }[]>();
  for (const { index, start } of rows.getVirtualItems()) {
    const block = Math.floor(index / BLOCK);
    blocks.set(block, [...(blocks.get(block) ?? []), { index, start: start - scrollMargin }]);
  }
  return (
    <div role="table" aria-rowcount={total + 1} aria-label={texts.history.title}>
      <div role="row" className="history-header">
        <span role="columnheader">
          <span className="visually-hidden">{texts.history.choose('')}</span>
        </span>
        {columns.map(([title, by]) => (
          <span
            key={title}
            role="columnheader"
            aria-sort={
              by !== null && isBy(sort, by) ? (sort.descending === false ? 'ascending' : 'descending') : 'none'
            }
          >
            {by === null ? title : <SortButton title={title} by={by} sort={sort} onSort={onSort} />}
          </span>
        ))}
      </div>
      <div ref={list} role="rowgroup" style={{ position: 'relative', height: rows.getTotalSize() }}>
        {[...blocks].map(([block, places]) => (
          <Block key={block} block={block} places={places} query={query} chosen={chosen} onChoose={onChoose} />
        ))}
      </div>
    </div>
  );
}

function isBy(sort: ExperimentSort, by: ExperimentSort): boolean {
  return 'metric' in sort ? 'metric' in by && sort.metric === by.metric : 'by' in by && sort.by === by.by;
}

interface SortButtonProps {
  readonly title: string;
  readonly by: ExperimentSort;
  readonly sort: ExperimentSort;
  readonly onSort: (sort: ExperimentSort) => void;
}

function SortButton({ title, by, sort, onSort }: SortButtonProps) {
  const active = isBy(sort, by);
  const descending = active ? sort.descending === false : true;
  return (
    <UnstyledButton
      fz="inherit"
      c="inherit"
      fw={active ? 650 : 450}
      onClick={() => {
        onSort({ ...by, descending });
      }}
    >
      {title} {active ? (sort.descending === false ? '↑' : '↓') : ''}
    </UnstyledButton>
  );
}

interface BlockProps extends Pick<HistoryTableProps, 'query' | 'chosen' | 'onChoose'> {
  readonly block: number;
  readonly places: readonly { index: number; start: number }[];
}

function Block({ block, places, query, chosen, onChoose }: BlockProps) {
  const { data } = useCall(
    'experiments.list',
    { ...query, limit: BLOCK, offset: block * BLOCK },
    { keepPrevious: true },
  );
  return places.map(({ index, start }) => {
    const row = data?.rows[index - block * BLOCK];
    return (
      <div
        // A row keeps its elements when others come and go above it.
        key={row?.id ?? index}
        role="row"
        aria-rowindex={index + 2}
        className="history-row"
        style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
      >
        {row !== undefined && <Cells row={row} chosen={chosen.includes(row.id)} onChoose={onChoose} />}
      </div>
    );
  });
}

function Cells({ row, chosen, onChoose }: { row: ExperimentRow; chosen: boolean; onChoose: (id: string) => void }) {
  const identification = row.scores.gan?.['two-way-identification'];
  const ssim = row.scores.gan?.ssim;
  const presetTitle = usePresetTitle();
  return (
    <>
      <span role="cell">
        <Checkbox
          size="xs"
          checked={chosen}
          aria-label={texts.history.choose(row.name)}
          onChange={() => {
            onChoose(row.id);
          }}
        />
      </span>
      <span role="cell" className="ellipsis" title={`${row.name}\n${row.id}${row.note === '' ? '' : `\n${row.note}`}`}>
        <Link href={`/experiments/${row.id}`}>{row.name}</Link>
        {row.note !== '' && (
          <span className="note-mark" role="img" aria-label={texts.history.noted}>
            ✎
          </span>
        )}
      </span>
      <span role="cell">
        <StateBadge state={row.state} />
      </span>
      <Text component="span" role="cell" size="sm" className="ellipsis">
        {row.recordingName ?? row.recordingId}
      </Text>
      <Text component="span" role="cell" size="sm" className="ellipsis">
        {presetTitle(row.preset)}
      </Text>
      <span role="cell" className="numbers">
        {identification === undefined ? '' : formatScore('two-way-identification', identification.value)}
      </span>
      <span role="cell" className="numbers">
        {ssim === undefined ? '' : formatScore('ssim', ssim.value)}
      </span>
      <Text component="span" role="cell" size="sm" className="numbers">
        {row.secondsSpent > 0 ? formatDuration(row.secondsSpent) : ''}
      </Text>
      <Text component="span" role="cell" size="xs" c="dimmed">
        {formatDate(row.createdAt)}
      </Text>
      <Text component="span" role="cell" size="xs" className="ellipsis">
        {row.tags.join(', ')}
      </Text>
    </>
  );
}
