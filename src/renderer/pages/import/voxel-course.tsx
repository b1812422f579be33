/** The time course of a voxel as it was recorded and after every step, one below the other, with its events. */
import { Group, NumberInput, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Courses, ImportPreview } from '../../../shared/imports.ts';
import { useCall } from '../../api/client-context.tsx';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { importTexts } from '../../texts/import.ts';
import { isStepKind, type SeriesStep } from './step-kinds.ts';

interface VoxelCourseProps {
  readonly preview: ImportPreview;
  /** Steps to try; null for those of the look. */
  readonly steps: readonly SeriesStep[] | null;
}

export function VoxelCourse({ preview, steps }: VoxelCourseProps) {
  const [choice, setChoice] = useState<{ voxel?: number; region?: string; run?: string }>({});
  const request = { look: preview.look, ...choice, ...(steps === null ? {} : { steps: [...steps] }) };
  const courses = useCall('imports.course', request, { enabled: preview.runs.length > 0, keepPrevious: true });
  const shown = courses.data;
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <NumberInput
          w={120}
          label={importTexts.voxel}
          min={0}
          max={(preview.facts?.voxels ?? 1) - 1}
          allowDecimal={false}
          value={choice.voxel ?? shown?.voxel ?? ''}
          onChange={(voxel) => {
            if (voxel !== '' && voxel !== shown?.voxel)
              setChoice(({ run }) => ({ voxel: Number(voxel), ...(run === undefined ? {} : { run }) }));
          }}
        />
        <Select
          label={importTexts.bestVoxel}
          placeholder={importTexts.anyRegion}
          data={preview.facts?.regions.map(({ name }) => name) ?? []}
          value={choice.region ?? null}
          clearable
          onChange={(region) => {
            setChoice(({ run }) => ({ ...(region === null ? {} : { region }), ...(run === undefined ? {} : { run }) }));
          }}
        />
        <Select
          label={importTexts.run}
          data={preview.runs}
          value={choice.run ?? shown?.run ?? null}
          allowDeselect={false}
          onChange={(run) => {
            if (run !== null) setChoice((before) => ({ ...before, run }));
          }}
        />
      </Group>
      {courses.isError && <ErrorPanel error={courses.error} />}
      {shown === undefined ? (
        !courses.isError && <Skeleton height={300} />
      ) : (
        <Panels courses={shown} stale={courses.isPlaceholderData} />
      )}
    </Stack>
  );
}

const WIDTH = 720;
const HEIGHT = 64;

function Panels({ courses: { courses, events, voxel }, stale }: { courses: Courses; stale: boolean }) {
  const [first, last] = rangeOf(courses.flatMap(({ times }) => times));
  const x = (seconds: number): number => (WIDTH * (seconds - first)) / (last - first);
  return (
    <div className={stale ? 'import-stale' : undefined}>
      {courses.map(({ step, times, values }, at) => {
        const title =
          step === null ? importTexts.recorded : isStepKind(step) ? importTexts.stepTexts[step].title : step;
        const [least, most] = rangeOf(values.filter((value) => value !== null));
        const points = values.flatMap((value, i) =>
          value === null ? [] : [[x(times[i]), HEIGHT * (1 - (value - least) / (most - least))] as const],
        );
        return (
          <div key={`${at} ${title}`} className="course">
            <Group justify="space-between">
              <Text size="sm" fw={500}>
                {title}
              </Text>
              <Text size="xs" c="dimmed" className="numbers">
                {short(least)} … {short(most)}
              </Text>
            </Group>
            <svg
              viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={importTexts.courseOf(title, voxel)}
            >
              {events.map(({ onset, duration }, event) => (
                <rect
                  key={event}
                  className="course-event"
                  x={x(onset)}
                  y={0}
                  width={Math.max(2, x(onset + duration) - x(onset))}
                  height={HEIGHT}
                />
              ))}
              <polyline
                className="course-line"
                points={points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')}
              />
              {points.length <= 150 &&
                points.map(([px, py], i) => <circle key={i} className="course-dot" cx={px} cy={py} r={2} />)}
            </svg>
          </div>
        );
      })}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {short(first)} s
        </Text>
        <Text size="xs" c="dimmed">
          {short(last)} s
        </Text>
      </Group>
    </div>
  );
}

/** A range of 1 around a single value. */
function rangeOf(values: readonly number[]): [number, number] {
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  if (least > most) return [0, 1];
  return least === most ? [least - 0.5, most + 0.5] : [least, most];
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
