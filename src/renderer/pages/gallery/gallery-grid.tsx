import { Text } from '@mantine/core';
import { useElementSize, useFullscreenDocument } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { MetricName } from '../../../shared/evaluation.ts';
import { formatScore } from '../../components/format.ts';
import { Picture } from '../../components/picture.tsx';
import { texts } from '../../texts/en.ts';
import type { Column } from './columns.ts';
import { valuesOf } from './gallery-order.ts';

interface GalleryGridProps {
  readonly gallery: Gallery;
  readonly entries: readonly GalleryEntry[];
  readonly columns: readonly Column[];
  /** Told of every stimulus. */
  readonly metric: MetricName;
  /** Side of a picture, in pixels. */
  readonly size: number;
  readonly current: number;
  readonly onCurrent: (at: number) => void;
  readonly onZoom: () => void;
  /** Whether keys are meant for what lies above. */
  readonly covered: boolean;
}

/** Width of the column with a stimulus' name and score, and between columns, in pixels; as in the style sheet. */
const LABEL_WIDTH = 170;
const GAP = 10;
const LEAST_SIDE = 32;
/** Longer side of the small pictures of stimuli, in pixels. */
const THUMBNAIL_SIDE = 128;

/** One row for each stimulus; only rows near the window exist. */
export function GalleryGrid(props: GalleryGridProps) {
  const { gallery, entries, columns, metric, current, onCurrent, onZoom, covered } = props;
  const list = useRef<HTMLDivElement>(null);
  const { toggle } = useFullscreenDocument();
  const { ref: place, width } = useElementSize();
  const size = fittingSize(props.size, width, columns.length + 1);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    setScrollMargin(list.current?.offsetTop ?? 0);
  }, []);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => size + 16,
    overscan: 4,
    scrollMargin,
  });
  useEffect(() => {
    rows.measure();
  }, [rows, size]);

  const move = (to: number): void => {
    const at = Math.min(Math.max(to, 0), entries.length - 1);
    onCurrent(at);
    rows.scrollToIndex(at, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (covered) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 5, PageUp: -5 }[event.key];
    if (step !== undefined) move(current + step);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(entries.length - 1);
    else if (event.key === ' ' || event.key === 'Enter') onZoom();
    else if (event.key.toLowerCase() === 'f') void toggle();
    else return;
    event.preventDefault();
  };
  const values = valuesOf(gallery, metric);
  return (
    <div ref={place}>
      <div className="gallery-row gallery-header" aria-hidden="true">
        <Text size="xs" c="dimmed" className="gallery-label">
          {values !== null && texts.gallery.scoresOf}
        </Text>
        {[{ key: 'stimulus', title: texts.stimulus }, ...columns].map(({ key, title }) => (
          <Text key={key} size="xs" fw={600} lh={1.3} w={size} lineClamp={2} className="gallery-heading" title={title}>
            {title}
          </Text>
        ))}
      </div>
      <div
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-label={texts.gallery.title}
        aria-activedescendant={`stimulus-${entries[current].index}`}
        onKeyDown={onKeyDown}
        style={{ position: 'relative', height: rows.getTotalSize(), outlineOffset: 4 }}
      >
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index];
          return (
            <div
              key={key}
              id={`stimulus-${entry.index}`}
              role="option"
              aria-selected={index === current}
              className="gallery-row"
              style={{
                position: 'absolute',
                top: 0,
                left: 0,
                right: 0,
                transform: `translateY(${start - scrollMargin}px)`,
              }}
              onClick={() => {
                onCurrent(index);
                onZoom();
              }}
            >
              <div className="gallery-label">
                <Text size="sm" fw={550} className="ellipsis" title={entry.name}>
                  {entry.name}
                </Text>
                <Text size="xs" c="dimmed" className="ellipsis">
                  {entry.category ?? texts.gallery.trials(entry.trials)}
                </Text>
                {values !== null && (
                  <Text size="xs" c="dimmed" className="numbers" title={texts.metrics[metric].title}>
                    {texts.metrics[metric].title} {formatScore(metric, values[entry.index])}
                  </Text>
                )}
              </div>
              <div className="gallery-cell" data-current={index === current} style={{ width: size }}>
                <Picture
                  route={
                    size <= THUMBNAIL_SIDE ? dataRoutes.thumbnail(entry.stimulus) : dataRoutes.stimulus(entry.stimulus)
                  }
                  alt={texts.stimulus}
                  exact
                />
              </div>
              {columns.map(({ key: column, title, routeOf }) => {
                const route = routeOf(entry);
                return (
                  <div key={column} style={{ width: size }}>
                    {route !== null && <Picture route={route} alt={title} exact />}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** All columns stay in view: where there are many, pictures become smaller. @param width - of the grid; 0 until it is known */
function fittingSize(wanted: number, width: number, columns: number): number {
  if (width === 0) return wanted;
  return Math.max(LEAST_SIDE, Math.min(wanted, Math.floor((width - LABEL_WIDTH) / columns) - GAP));
}
