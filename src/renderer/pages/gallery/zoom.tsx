/** One stimulus and all its reconstructions, large, with a cursor that points at the same place in each. */
import { Modal, Text } from '@mantine/core';
import { useFullscreenElement, useWindowEvent } from '@mantine/hooks';
import { useState, type PointerEvent } from 'react';
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { Method, MetricName } from '../../../shared/evaluation.ts';
import { formatScore } from '../../components/format.ts';
import { Picture } from '../../components/picture.tsx';
import { texts } from '../../texts/en.ts';

interface ZoomProps {
  readonly experiment: string;
  readonly gallery: Gallery;
  readonly entries: readonly GalleryEntry[];
  readonly methods: readonly Method[];
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

export function Zoom({ experiment, gallery, entries, methods, current, onCurrent, onClose }: ZoomProps) {
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
    { title: texts.stimulus, route: dataRoutes.stimulus(entry.stimulus), scores: null },
    ...methods
      .filter((method) => entry.methods.includes(method))
      .map((method) => ({
        title: texts.methods[method],
        route: dataRoutes.reconstruction(experiment, method, entry.index),
        scores: gallery.evaluation.scores[method] ?? null,
      })),
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
        {pictures.map(({ title, route, scores }) => (
          <figure key={title} style={{ margin: 0 }}>
            <LinkedPicture title={title} route={route} cursor={cursor} onCursor={setCursor} />
            <Text component="figcaption" size="sm" fw={600} mt={6}>
              {title}
            </Text>
            {scores !== null && (
              <Text size="xs" c="dimmed" className="numbers">
                {shownMetrics
                  .flatMap((metric) => {
                    const value = scores[metric]?.perStimulus[entry.index];
                    return value === undefined ? [] : `${texts.metrics[metric].title} ${formatScore(metric, value)}`;
                  })
                  .join(' · ')}
              </Text>
            )}
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
    <div className="zoom-picture" onPointerMove={point} onPointerLeave={() => { onCursor(null); }}>
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
