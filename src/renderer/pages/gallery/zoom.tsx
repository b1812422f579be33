/** One stimulus and all its reconstructions, large, with a cursor that points at the same place in each. */
import { Modal, Text } from '@mantine/core';
import { useFullscreenElement, useWindowEvent } from '@mantine/hooks';
import { useState, type PointerEvent } from 'react';
import type { GalleryEntry } from '../../../shared/contract.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { MetricName } from '../../../shared/evaluation.ts';
import { formatScore } from '../../components/format.ts';
import { Picture } from '../../components/picture.tsx';
import { texts } from '../../texts/en.ts';
import type { Column } from './columns.ts';

interface ZoomProps {
  readonly entries: readonly GalleryEntry[];
  readonly columns: readonly Column[];
  readonly current: number;
  readonly onCurrent: (at: number) => void;
  readonly onClose: () => void;
}

/** Under every picture. */
const shownMetrics: readonly MetricName[] = ['two-way-identification', 'ssim', 'pixel-correlation'];

/** Shares of width and height. */
interface Cursor {
  readonly x: number;
  readonly y: number;
}

export function Zoom({ entries, columns, current, onCurrent, onClose }: ZoomProps) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const { ref, toggle } = useFullscreenElement<HTMLDivElement>();
  const entry = entries[current];
  const move = (by: number): void => {
    onCurrent(Math.min(Math.max(current + by, 0), entries.length - 1));
  };
  // Wherever the focus is: the dialog takes it only when it has appeared.
  useWindowEvent('keydown', (event) => {
    // The very key that opened the dialog arrives here too.
    if (event.defaultPrevented) return;
    if (event.key === 'ArrowRight' || event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') move(-1);
    else if (event.key === ' ') onClose();
    else if (event.key.toLowerCase() === 'f') void toggle();
    else return;
    event.preventDefault();
  });
  const pictures = [
    { key: 'stimulus', title: texts.stimulus, route: dataRoutes.stimulus(entry.stimulus), scores: '' },
    ...columns.flatMap(({ key, title, routeOf, valueOf }) => {
      const route = routeOf(entry);
      const scores = shownMetrics.flatMap((metric) => {
        const value = valueOf(entry, metric);
        return value === undefined ? [] : `${texts.metrics[metric].title} ${formatScore(metric, value)}`;
      });
      return route === null ? [] : [{ key, title, route, scores: scores.join(' · ') }];
    }),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1400px, 94vw)"
      title={`${entry.name}${entry.category === null ? '' : ` · ${entry.category}`} · ${texts.gallery.trials(entry.trials)}`}
      closeButtonProps={{ 'aria-label': texts.gallery.close }}
    >
      <div className="zoom-grid" ref={ref}>
        {pictures.map(({ key, title, route, scores }) => (
          <figure key={key} style={{ margin: 0 }}>
            <LinkedPicture title={title} route={route} cursor={cursor} onCursor={setCursor} />
            <Text component="figcaption" size="sm" fw={600} mt={6}>
              {title}
            </Text>
            <Text size="xs" c="dimmed" className="numbers">
              {scores}
            </Text>
          </figure>
        ))}
      </div>
    </Modal>
  );
}

interface LinkedPictureProps {
  readonly title: string;
  readonly route: string;
  readonly cursor: Cursor | null;
  readonly onCursor: (cursor: Cursor | null) => void;
}

function LinkedPicture({ title, route, cursor, onCursor }: LinkedPictureProps) {
  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    onCursor({ x: (event.clientX - left) / width, y: (event.clientY - top) / height });
  };
  return (
    <div
      className="zoom-picture"
      onPointerMove={point}
      onPointerLeave={() => {
        onCursor(null);
      }}
    >
      <Picture route={route} alt={title} exact />
      {cursor !== null && (
        <div className="zoom-cross" aria-hidden="true">
          <div className="zoom-cross-x" style={{ top: `${100 * cursor.y}%` }} />
          <div className="zoom-cross-y" style={{ left: `${100 * cursor.x}%` }} />
        </div>
      )}
    </div>
  );
}
