/** Regions of a recording: where they are, what they share, and new ones. */
import { Button, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { RecordingDetails } from '../../../shared/contract.ts';
import type { RegionList } from '../../../shared/regions.ts';
import { useCall } from '../../api/client-context.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { texts } from '../../texts/en.ts';
import { CombineForm } from './combine-form.tsx';
import { DrawForm } from './draw-form.tsx';
import { FileForm } from './file-form.tsx';
import { hasWebGl2 } from './graphics.ts';
import { PlaceLine } from './place-line.tsx';
import { visibleAtFirst } from './region-colours.ts';
import { RegionTable } from './region-table.tsx';
import { SphereForm } from './sphere-form.tsx';
import { choiceOf, firstStatistic, StatisticForm, thresholdOf, type StatisticState } from './statistic-form.tsx';
import type { ShownStatistic } from './volume-panel.tsx';
import { VoxelScatter } from './voxel-scatter.tsx';
import type { Place, VolumeView } from './volume-view.ts';

/** With the library that draws volumes, which no other page needs. */
const VolumePanel = lazy(async () => ({ default: (await import('./volume-panel.tsx')).VolumePanel }));

export function RegionsPage({ id }: { id: string }) {
  const list = useCall('regions.list', { recording: id });
  const details = useCall('recordings.show', { id });
  return (
    <Page
      title={list.data === undefined ? texts.regions.title : texts.regions.of(list.data.name)}
      subtitle={list.data && `${list.data.regions.length} regions, ${texts.regions.voxels(list.data.voxels)}`}
      wide
      actions={
        <>
          <Button component={Link} href="/library" variant="default">
            {texts.regions.library}
          </Button>
          <Button component={Link} href={`/train?recording=${encodeURIComponent(id)}`}>
            {texts.regions.train}
          </Button>
        </>
      }
    >
      <Loaded query={list}>
        {(regions) => <Loaded query={details}>{(recording) => <Regions list={regions} details={recording} />}</Loaded>}
      </Loaded>
    </Page>
  );
}

function Regions({ list, details }: { list: RegionList; details: RecordingDetails }) {
  const [visible, setVisible] = useVisible(list);
  const [place, setPlace] = useState<Place | null>(null);
  const [view, setView] = useState<VolumeView | null>(null);
  const [drawn, setDrawn] = useState(0);
  const [statistic, setStatistic] = useState<StatisticState>(() => firstStatistic(details));
  const choice = choiceOf(statistic, details);
  const { recording } = list;
  const { data: found } = useCall(
    'regions.statistic',
    { recording, ...(choice ?? { statistic: 'variance' }) },
    { enabled: choice !== null },
  );
  const shown = useMemo<ShownStatistic | null>(
    () =>
      choice === null || found === undefined
        ? null
        : { key: found.key, above: thresholdOf(statistic, found), maximum: found.maximum },
    [choice === null, found, statistic],
  );
  const hasVolume = list.grid !== null && hasWebGl2();
  const goTo = (name: string): void => {
    const wanted = list.labels.flatMap(({ regions }, at) =>
      regions.some((region) => list.regions[region].name === name) ? [at + 1] : [],
    );
    view?.goTo(new Set(wanted));
  };
  return (
    <div className="regions">
      <Stack gap="lg" className="regions-view">
        <Section title={texts.regions.viewer.title} text={viewerText(list, hasVolume)}>
          {hasVolume && (
            <Suspense fallback={<Skeleton className="volume" />}>
              <VolumePanel
                {...{ list, visible }}
                statistic={shown}
                onPlace={setPlace}
                onDrawn={setDrawn}
                onView={setView}
              />
            </Suspense>
          )}
          {!hasVolume && list.grid !== null && (
            <Text role="note" fw={600}>
              {texts.regions.viewer.noGraphics}
            </Text>
          )}
          {list.grid === null && list.hasPositions && (
            <VoxelScatter {...{ list, visible, place }} statistic={shown} onPlace={setPlace} />
          )}
          <PlaceLine list={list} visible={visible} place={place} statistic={choice?.statistic ?? null} />
        </Section>
        <Overlaps list={list} />
      </Stack>
      <Stack gap="lg">
        <Section title={texts.regions.table.title}>
          <RegionTable list={list} visible={visible} onVisible={setVisible} onGoTo={view === null ? undefined : goTo} />
        </Section>
        <Section title={texts.regions.define.title}>
          <Tabs defaultValue="combine" keepMounted={false}>
            <Tabs.List mb="md">
              {(['combine', 'draw', 'sphere', 'statistic', 'file'] as const).map((tab) => (
                <Tabs.Tab key={tab} value={tab}>
                  {texts.regions[tab].tab}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="combine">
              <CombineForm list={list} />
            </Tabs.Panel>
            <Tabs.Panel value="draw">
              <DrawForm list={list} view={view} drawn={drawn} upon={choice} />
            </Tabs.Panel>
            <Tabs.Panel value="sphere">
              <SphereForm recording={recording} here={place?.millimetres ?? null} />
            </Tabs.Panel>
            <Tabs.Panel value="statistic">
              <StatisticForm list={list} details={details} state={statistic} onChange={setStatistic} />
            </Tabs.Panel>
            <Tabs.Panel value="file">
              <FileForm list={list} />
            </Tabs.Panel>
          </Tabs>
        </Section>
      </Stack>
    </div>
  );
}

/** Which regions are shown: those that the user switched, and new ones as they come. */
function useVisible(list: RegionList): [ReadonlySet<string>, (visible: ReadonlySet<string>) => void] {
  const [switched, setSwitched] = useState<ReadonlyMap<string, boolean>>(new Map());
  const visible = useMemo(() => {
    const first = visibleAtFirst(list);
    return new Set(list.regions.map(({ name }) => name).filter((name) => switched.get(name) ?? first.has(name)));
  }, [list, switched]);
  const change = useCallback(
    (wanted: ReadonlySet<string>) => {
      setSwitched(new Map(list.regions.map(({ name }) => [name, wanted.has(name)])));
    },
    [list],
  );
  return [visible, change];
}

function viewerText(list: RegionList, hasVolume: boolean): string {
  const texted = texts.regions.viewer;
  if (list.grid === null) return list.hasPositions ? texted.scatter : texted.noPositions;
  return hasVolume ? `${texted.text[list.reference ?? 'none']} ${texted.keys}` : texted.noGraphicsText;
}

function Overlaps({ list }: { list: RegionList }) {
  if (list.overlaps.length === 0) return null;
  const colour = (name: string): string | undefined => list.regions.find((region) => region.name === name)?.colour;
  return (
    <Section title={texts.regions.table.overlaps}>
      <ul className="overlaps">
        {list.overlaps.map(({ first, second, voxels, share }) => (
          <li key={`${first} ${second}`}>
            {[first, second].map((name) => (
              <span key={name} className="swatch" style={{ background: colour(name) }} />
            ))}
            {texts.regions.table.overlap(first, second, voxels, share)}
          </li>
        ))}
      </ul>
    </Section>
  );
}
