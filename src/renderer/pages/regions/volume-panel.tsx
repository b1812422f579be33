/** Slices and a render of a recording that comes from volumes. */
import { Skeleton } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { RegionList } from '../../../shared/regions.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { texts } from '../../texts/en.ts';
import { labelColours } from './region-colours.ts';
import { useFile } from './use-file.ts';
import { createVolumeView, type Place, type VolumeView } from './volume-view.ts';

export interface ShownStatistic {
  readonly key: string;
  readonly above: number;
  readonly maximum: number;
}

interface VolumePanelProps {
  readonly list: RegionList;
  readonly visible: ReadonlySet<string>;
  readonly statistic: ShownStatistic | null;
  readonly onPlace: (place: Place) => void;
  readonly onDrawn: (voxels: number) => void;
  /** Gives the view to whoever moves and draws in it; null when it has gone. */
  readonly onView: (view: VolumeView | null) => void;
}

const steps: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, 0, 1],
  ArrowDown: [0, 0, -1],
  PageUp: [0, 1, 0],
  PageDown: [0, -1, 0],
};

export function VolumePanel({ list, visible, statistic, onPlace, onDrawn, onView }: VolumePanelProps) {
  const parent = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<VolumeView | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [shown, setShown] = useState<string | null>(null);
  // The view is made once, and tells whoever listens now.
  const listeners = useRef({ onPlace, onDrawn, onView });
  useEffect(() => {
    listeners.current = { onPlace, onDrawn, onView };
  });

  useEffect(() => {
    let closed = false;
    let made: VolumeView | null = null;
    const start = async (element: HTMLElement): Promise<void> => {
      const created = await createVolumeView(element, {
        label: texts.regions.viewer.label,
        onPlace: (place) => {
          listeners.current.onPlace(place);
        },
        onDrawn: (voxels) => {
          listeners.current.onDrawn(voxels);
        },
      });
      if (closed) {
        created.close();
        return;
      }
      made = created;
      setView(created);
      listeners.current.onView(created);
    };
    if (parent.current !== null) start(parent.current).catch(setFailure);
    return () => {
      closed = true;
      made?.close();
      setView(null);
      setShown(null);
      listeners.current.onView(null);
    };
  }, []);

  const reference = useFile(list.reference === null ? null : dataRoutes.reference(list.recording));
  const labels = useFile(dataRoutes.labelVolume(list.recording, list.revision));
  const values = useFile(statistic === null ? null : dataRoutes.statisticVolume(list.recording, statistic.key));
  const colours = useMemo(() => labelColours(list, visible), [list, visible]);

  const referenceBytes = list.reference === null ? null : reference.data;
  useEffect(() => {
    if (view === null || labels.data === undefined || referenceBytes === undefined) return;
    view.show(referenceBytes, labels.data).then(() => {
      setShown(list.revision);
    }, setFailure);
  }, [view, labels.data, referenceBytes, list.revision]);

  const isShown = view !== null && shown === list.revision;
  useEffect(() => {
    if (isShown) view.paint(colours);
  }, [isShown, view, colours]);

  const statisticBytes = statistic === null ? null : values.data;
  const [shownStatistic, setShownStatistic] = useState<ArrayBuffer | null>(null);
  useEffect(() => {
    if (!isShown || statisticBytes === undefined) return;
    view.showStatistic(statisticBytes).then(() => {
      setShownStatistic(statisticBytes);
    }, setFailure);
  }, [isShown, view, statisticBytes]);
  const above = statistic?.above ?? 0;
  const maximum = statistic?.maximum ?? 1;
  useEffect(() => {
    if (isShown && shownStatistic !== null) view.setThreshold(above, maximum);
  }, [isShown, view, shownStatistic, above, maximum]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    view?.move(...step);
  };
  const error = failure ?? reference.error ?? labels.error ?? values.error;
  return (
    <>
      {error !== null && <ErrorPanel error={error} />}
      <div className="volume" style={{ aspectRatio: aspectOf(list) }} data-shown={isShown} onKeyDown={onKeyDown}>
        <div ref={parent} className="volume-canvas" />
        {shown === null && error === null && (
          <Skeleton className="volume-loading" aria-label={texts.regions.viewer.loading} />
        )}
      </div>
    </>
  );
}

/** Of the four views beside and above each other: width by height, so that they fill their place. */
function aspectOf({ grid }: RegionList): number {
  if (grid === null) return 1;
  const [right, anterior, superior] = [0, 1, 2].map((axis) =>
    grid.shape.reduce((sum, side, column) => sum + side * Math.abs(grid.affine[axis][column]), 0),
  );
  return Math.min(1.7, Math.max(1, (right + anterior) / (superior + anterior)));
}
