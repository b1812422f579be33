import { Text } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import { formatScore } from '../../components/format.ts';
import { Picture } from '../../components/picture.tsx';
import { texts } from '../../texts/en.ts';
import { valuesOf, type GalleryView } from './gallery-order.ts';
import type { Display } from './gallery-page.tsx';

interface GalleryGridProps {
  readonly experiment: string;
  readonly gallery: Gallery;
  readonly entries: readonly GalleryEntry[];
  readonly view: GalleryView;
  readonly display: Display;
  readonly current: number;
  readonly onCurrent: (at: number) => void;
  readonly onZoom: () => void;
  /** Whether keys are meant for what lies above. */
  readonly covered: boolean;
}

/** Width of the column with a stimulus' name and score, in pixels. */
const LABEL_WIDTH = 170;

/** One row for each stimulus; only rows near the window exist. */
export function GalleryGrid(props: GalleryGridProps) {
  const { experiment, gallery, entries, view, display, current, onCurrent, onZoom, covered } = props;
  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    setScrollMargin(list.current?.offsetTop ?? 0);
  }, []);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => display.size + 16,
    overscan: 4,
    scrollMargin,
  });
  useEffect(() => {
    rows.measure();
  }, [rows, display.size]);

  const move = (to: number): void => {
    const at = Math.min(Math.max(to, 0), entries.length - 1);
    onCurrent(at);
    rows.scrollToIndex(at, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (covered) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
    if (step !== undefined) move(current + step);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(entries.length - 1);
    else if (event.key === ' ' || event.key === 'Enter') onZoom();
    else return;
    event.preventDefault();
  };
  const metric = view.sort === 'index' ? 'two-way-identification' : view.sort;
  const values = valuesOf(gallery, metric);
  return (
    <div>
      <div className="gallery-row gallery-header" aria-hidden="true">
        <div style={{ width: LABEL_WIDTH }} />
        {[texts.stimulus, ...display.methods.map((method) => texts.methods[method])].map((title) => (
          <Text key={title} size="sm" fw={600} w={display.size} className="ellipsis">
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
              style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start - scrollMargin}px)` }}
              onClick={() => {
                onCurrent(index);
                onZoom();
              }}
            >
              <div style={{ width: LABEL_WIDTH, alignSelf: 'center' }}>
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
              <div className="gallery-cell" data-current={index === current} style={{ width: display.size }}>
                <Picture route={dataRoutes.stimulus(entry.stimulus)} alt={texts.stimulus} exact />
              </div>
              {display.methods.map((method) => (
                <div key={method} style={{ width: display.size }}>
                  {entry.methods.includes(method) && (
                    <Picture
                      route={dataRoutes.reconstruction(experiment, method, entry.index)}
                      alt={texts.methods[method]}
                      exact
                    />
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
