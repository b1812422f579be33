/** Stimuli beside what was reconstructed and what the controls draw. */
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Gallery } from '../../../shared/contract.ts';
import { methodSchema, type Method } from '../../../shared/evaluation.ts';
import { useCall } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { GalleryControls } from './gallery-controls.tsx';
import { GalleryGrid } from './gallery-grid.tsx';
import { orderedEntries, type GalleryView } from './gallery-order.ts';
import { Zoom } from './zoom.tsx';

export function GalleryPage({ id }: { id: string }) {
  const gallery = useCall('experiments.gallery', { id });
  return (
    <Page
      wide
      title={texts.gallery.title}
      subtitle={texts.gallery.keys}
      actions={
        <Button component={Link} href={`/experiments/${id}`} variant="default">
          {texts.gallery.back}
        </Button>
      }
    >
      <Loaded query={gallery}>{(data) => <GalleryContent gallery={data} experiment={id} />}</Loaded>
    </Page>
  );
}

export interface Display {
  readonly methods: readonly Method[];
  /** Side of a picture in the grid, in pixels. */
  readonly size: number;
}

function GalleryContent({ gallery, experiment }: { gallery: Gallery; experiment: string }) {
  const available = useMemo(
    () => methodSchema.options.filter((method) => gallery.entries.some(({ methods }) => methods.includes(method))),
    [gallery],
  );
  const [view, setView] = useState<GalleryView>({ sort: 'index', bestFirst: true, filter: '' });
  const [display, setDisplay] = useState<Display>({ methods: available, size: 128 });
  const [current, setCurrent] = useState(0);
  const [zoomed, setZoomed] = useState(false);
  const entries = useMemo(() => orderedEntries(gallery, view), [gallery, view]);
  const at = Math.min(current, entries.length - 1);
  return (
    <>
      <GalleryControls
        gallery={gallery}
        view={view}
        display={display}
        available={available}
        shown={entries.length}
        onView={(change) => { setView({ ...view, ...change }); setCurrent(0); }}
        onDisplay={(change) => { setDisplay({ ...display, ...change }); }}
      />
      {entries.length === 0 ? (
        <EmptyState title={texts.gallery.none} text="" />
      ) : (
        <GalleryGrid
          experiment={experiment}
          gallery={gallery}
          entries={entries}
          view={view}
          display={display}
          current={at}
          onCurrent={setCurrent}
          onZoom={() => { setZoomed(true); }}
          covered={zoomed}
        />
      )}
      {zoomed && entries.length > 0 && (
        <Zoom
          experiment={experiment}
          gallery={gallery}
          entries={entries}
          methods={display.methods}
          current={at}
          onCurrent={setCurrent}
          onClose={() => { setZoomed(false); }}
        />
      )}
    </>
  );
}
