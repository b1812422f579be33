/** A region drawn by hand, in slices of the volume. */
import { Button, Group, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { RegionList, StatisticChoice } from '../../../shared/regions.ts';
import { texts } from '../../texts/en.ts';
import { DefineLine } from './define-line.tsx';
import type { Pen, VolumeView } from './volume-view.ts';

interface DrawFormProps {
  readonly list: RegionList;
  /** Null where there is none to draw in. */
  readonly view: VolumeView | null;
  /** Voxels that are drawn now. */
  readonly drawn: number;
  /** The statistic in view, which leads the hand. */
  readonly upon: StatisticChoice | null;
}

const tools = ['draw', 'fill', 'erase', 'none'] as const;
type Tool = (typeof tools)[number];
const WIDEST = 15;

export function DrawForm({ list, view, drawn, upon }: DrawFormProps) {
  const names = texts.regions.draw;
  const [tool, setTool] = useState<Tool>('draw');
  const [size, setSize] = useState(1);
  useEffect(() => {
    if (view === null) return undefined;
    const pen: Pen | null = tool === 'none' ? null : tool;
    view.setPen(pen, size);
    // Elsewhere on the page, the mouse moves the crosshair.
    return () => {
      view.setPen(null, 1);
    };
  }, [view, tool, size]);
  if (view === null) return <Text c="dimmed">{names.needsVolume}</Text>;
  const button = (title: string, act: () => void) => (
    <Button size="xs" variant="default" onClick={act}>
      {title}
    </Button>
  );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {names.start}
      </Text>
      <Group gap="sm" align="flex-end" wrap="nowrap">
        <SegmentedControl
          aria-label={names.tools}
          size="xs"
          data={tools.map((value) => ({ value, label: names.pens[value] }))}
          value={tool}
          onChange={(value) => {
            setTool(value);
          }}
        />
        <NumberInput
          label={names.size}
          size="xs"
          w={110}
          min={1}
          max={WIDEST}
          value={size}
          onChange={(value) => {
            setSize(Math.min(WIDEST, Math.max(1, Math.round(Number(value) || 1))));
          }}
        />
      </Group>
      <Group gap="xs">
        {button(names.undo, () => {
          view.undo();
        })}
        {button(names.grow, () => {
          view.grow();
        })}
        {button(names.shrink, () => {
          view.shrink();
        })}
        {button(names.clear, () => {
          view.clear();
        })}
      </Group>
      {upon !== null && (
        <Text size="sm" c="dimmed">
          {names.upon(texts.regions.statistic.statistics[upon.statistic].title)}
        </Text>
      )}
      <DefineLine
        recording={list.recording}
        voxels={drawn}
        definition={drawn === 0 ? null : { kind: 'drawing', runs: [] }}
        complete={() => ({ kind: 'drawing', runs: view.drawnRuns(), ...(upon === null ? {} : { upon }) })}
        onDefined={() => {
          view.clear();
        }}
      />
    </Stack>
  );
}
