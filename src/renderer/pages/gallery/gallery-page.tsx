/** Stimuli beside what was reconstructed, what the controls draw, and what other experiments drew. */
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { Gallery } from '../../../shared/contract.ts';
import { methodSchema, type Method } from '../../../shared/evaluation.ts';
import { useCall, useCalls } from '../../api/client-context.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { texts } from '../../texts/en.ts';
import { methodColumn, otherColumn, type Column } from './columns.ts';
import { ExportMenu, ExportProgress } from './export-menu.tsx';
import { GalleryControls } from './gallery-controls.tsx';
import { GalleryGrid } from './gallery-grid.tsx';
import { orderedEntries, shownMetric, type GalleryView } from './gallery-order.ts';
import { Zoom } from './zoom.tsx';

export function GalleryPage({ id }: { id: string }) {
  const gallery = useCall('experiments.gallery', { id });
  return <Loaded query={gallery}>{(data) => <GalleryContent gallery={data} experiment={id} />}</Loaded>;
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
  const [view, setView] = useState<GalleryView>({ sort: 'index', bestFirst: true, filter: '', category: null });
  const [display, setDisplay] = useState<Display>({ methods: available, size: 128 });
  const [others, setOthers] = useOthers();
  const [current, setCurrent] = useState(0);
  const [zoomed, setZoomed] = useState(false);
  const [exporting, setExporting] = useState<string | null>(null);
  const entries = useMemo(() => orderedEntries(gallery, view), [gallery, view]);
  const columns = useColumns(experiment, gallery, display.methods, others);
  const at = Math.min(current, entries.length - 1);
  const metric = shownMetric(view);
  return (
    <Page
      wide
      title={texts.gallery.title}
      subtitle={texts.gallery.keys}
      actions={
        <>
          <ExportMenu
            experiment={experiment}
            entries={entries}
            methods={display.methods}
            others={others}
            metric={metric}
            onStart={({ id }) => {
              setExporting(id);
            }}
          />
          <Button component={Link} href={`/experiments/${experiment}`} variant="default">
            {texts.gallery.back}
          </Button>
        </>
      }
    >
      {exporting !== null && <ExportProgress key={exporting} id={exporting} />}
      <GalleryControls
        experiment={experiment}
        gallery={gallery}
        view={view}
        display={display}
        available={available}
        others={others}
        shown={entries.length}
        onView={(change) => {
          setView({ ...view, ...change });
          setCurrent(0);
        }}
        onDisplay={(change) => {
          setDisplay({ ...display, ...change });
        }}
        onOthers={setOthers}
      />
      {entries.length === 0 ? (
        <EmptyState title={texts.gallery.noneTitle} text={texts.gallery.none} />
      ) : (
        <GalleryGrid
          gallery={gallery}
          entries={entries}
          columns={columns}
          metric={metric}
          size={display.size}
          current={at}
          onCurrent={setCurrent}
          onZoom={() => {
            setZoomed(true);
          }}
          covered={zoomed}
        />
      )}
      {zoomed && entries.length > 0 && (
        <Zoom
          entries={entries}
          columns={columns}
          current={at}
          onCurrent={setCurrent}
          onClose={() => {
            setZoomed(false);
          }}
        />
      )}
    </Page>
  );
}

/** Experiments beside this one stand in the address, so that a reloaded window and a link show them too. */
function useOthers(): readonly [readonly string[], (ids: readonly string[]) => void] {
  const [search, setSearch] = useSearchParams();
  const given = search.get('with') ?? '';
  const others = useMemo(() => (given === '' ? [] : given.split(',')), [given]);
  const change = (ids: readonly string[]): void => {
    setSearch(ids.length === 0 ? {} : { with: ids.join(',') }, { replace: true });
  };
  return [others, change];
}

function useColumns(
  experiment: string,
  gallery: Gallery,
  methods: readonly Method[],
  others: readonly string[],
): readonly Column[] {
  const galleries = useCalls(
    'experiments.gallery',
    others.map((id) => ({ id })),
  );
  const { data: comparable } = useCall('gallery.comparable', { id: experiment });
  return useMemo(() => {
    const nameOf = (id: string) => comparable?.find((one) => one.id === id)?.name ?? id;
    return [
      ...methods.map((method) => methodColumn(experiment, gallery, method)),
      ...others.map((id, at) => otherColumn(id, nameOf(id), galleries[at])),
    ];
  }, [experiment, gallery, methods, others, galleries, comparable]);
}
