/** Voxels of a recording that has positions but no volumes: as points, seen from three sides. */
import { useEffect, useMemo, useRef, type PointerEvent } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { RegionList } from '../../../shared/regions.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';
import { labelColours } from './region-colours.ts';
import { useFile } from './use-file.ts';
import type { Place } from './volume-view.ts';
import type { ShownStatistic } from './volume-panel.tsx';

interface VoxelScatterProps {
  readonly list: RegionList;
  readonly visible: ReadonlySet<string>;
  readonly statistic: ShownStatistic | null;
  readonly place: Place | null;
  readonly onPlace: (place: Place) => void;
}

/** Which coordinates run to the right and upwards. */
const sides = [
  { title: texts.regions.viewer.fromAbove, across: 0, up: 1 },
  { title: texts.regions.viewer.fromBehind, across: 0, up: 2 },
  { title: texts.regions.viewer.fromRight, across: 1, up: 2 },
] as const;
const MARGIN = 26;
const HEIGHT = 300;
/** Of a point, in pixels: the fewer, the larger. */
const pointSide = (voxels: number): number => Math.min(6, Math.max(2, 120 / Math.sqrt(voxels)));

interface Frame {
  readonly across: 0 | 1 | 2;
  readonly up: 0 | 1 | 2;
  x(millimetres: number): number;
  y(millimetres: number): number;
}

export function VoxelScatter({ list, visible, statistic, place, onPlace }: VoxelScatterProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frames = useRef<readonly Frame[]>([]);
  const scheme = useComputedColorScheme('light');
  const positionFile = useFile(dataRoutes.positions(list.recording, list.contentHash));
  const labelFile = useFile(dataRoutes.labelColumns(list.recording, list.revision));
  const statisticFile = useFile(statistic === null ? null : dataRoutes.statisticColumns(list.recording, statistic.key));
  const positions = useMemo(() => new Float32Array(positionFile.data ?? new ArrayBuffer(0)), [positionFile.data]);
  const labels = useMemo(() => new Int32Array(labelFile.data ?? new ArrayBuffer(0)), [labelFile.data]);
  const values = useMemo(
    () => (statistic === null || statisticFile.data === undefined ? null : new Float64Array(statisticFile.data)),
    [statistic, statisticFile.data],
  );
  const colours = useMemo(() => labelColours(list, visible), [list, visible]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || positions.length === 0 || labels.length === 0) return undefined;
    const draw = (): void => {
      const width = element.clientWidth;
      const scale = window.devicePixelRatio;
      element.width = width * scale;
      element.height = HEIGHT * scale;
      const context = element.getContext('2d');
      if (context === null) return;
      context.scale(scale, scale);
      frames.current = framesOf(positions, width);
      const side = pointSide(labels.length);
      const ink = scheme === 'dark' ? '#9ba1ad' : '#5c6370';
      frames.current.forEach((frame, at) => {
        context.fillStyle = ink;
        context.font = '12px system-ui';
        context.fillText(sides[at].title, (at * width) / sides.length + 8, 16);
        labels.forEach((label, voxel) => {
          const isBelow = statistic !== null && values !== null && !(values[voxel] > statistic.above);
          const colour = colours[label - 1];
          context.globalAlpha = colour === null || isBelow ? 0.18 : 0.85;
          context.fillStyle = (isBelow ? null : colour) ?? ink;
          const [x, y] = [frame.x(positions[3 * voxel + frame.across]), frame.y(positions[3 * voxel + frame.up])];
          context.fillRect(x - side / 2, y - side / 2, side, side);
        });
        if (place === null) return;
        context.globalAlpha = 1;
        context.strokeStyle = scheme === 'dark' ? '#fff' : '#111';
        context.beginPath();
        context.arc(frame.x(place.millimetres[frame.across]), frame.y(place.millimetres[frame.up]), 6, 0, 2 * Math.PI);
        context.stroke();
      });
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [positions, labels, values, colours, statistic, place, scheme]);

  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const frame = frames.current.at(Math.min(sides.length - 1, Math.floor((x / width) * sides.length)));
    if (frame === undefined) return;
    let [nearest, least] = [0, Infinity];
    labels.forEach((_, voxel) => {
      const distance = Math.hypot(
        frame.x(positions[3 * voxel + frame.across]) - x,
        frame.y(positions[3 * voxel + frame.up]) - y,
      );
      if (distance < least) [nearest, least] = [voxel, distance];
    });
    onPlace({
      millimetres: [positions[3 * nearest], positions[3 * nearest + 1], positions[3 * nearest + 2]],
      label: labels[nearest],
      value: values === null ? null : values[nearest],
    });
  };
  const error = positionFile.error ?? labelFile.error ?? statisticFile.error;
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <canvas
        ref={canvas}
        className="scatter"
        role="img"
        aria-label={texts.regions.viewer.scatterLabel}
        onPointerDown={onPointerDown}
      />
    </>
  );
}

/** The same scale in all three, so that a millimetre is a millimetre. */
function framesOf(positions: Float32Array, width: number): Frame[] {
  const least = [Infinity, Infinity, Infinity];
  const most = [-Infinity, -Infinity, -Infinity];
  positions.forEach((value, i) => {
    least[i % 3] = Math.min(least[i % 3], value);
    most[i % 3] = Math.max(most[i % 3], value);
  });
  const span = least.map((from, axis) => Math.max(1, most[axis] - from));
  const column = width / sides.length;
  const scale = Math.min(
    ...sides.map(({ across, up }) => Math.min((column - 2 * MARGIN) / span[across], (HEIGHT - 2 * MARGIN) / span[up])),
  );
  return sides.map(({ across, up }, at) => ({
    across,
    up,
    x: (millimetres) => (at + 0.5) * column + (millimetres - least[across] - span[across] / 2) * scale,
    y: (millimetres) => HEIGHT / 2 - (millimetres - least[up] - span[up] / 2) * scale,
  }));
}
