/** Where the crosshair stands: its coordinate, the regions there, and the statistic of its voxel. */
import { Group, Text } from '@mantine/core';
import type { RegionStatistic } from '../../../shared/defined-region.ts';
import type { RegionList } from '../../../shared/regions.ts';
import { formatMeasured } from '../../components/format.ts';
import { texts } from '../../texts/en.ts';
import type { Place } from './volume-view.ts';

interface PlaceLineProps {
  readonly list: RegionList;
  /** Names of the regions that are shown. */
  readonly visible: ReadonlySet<string>;
  readonly place: Place | null;
  readonly statistic: RegionStatistic | null;
}

export function PlaceLine({ list, visible, place, statistic }: PlaceLineProps) {
  const names = texts.regions.viewer;
  if (place === null) return null;
  // A label of the list before last, for the blink between two of them, means nothing.
  const regions = place.label === 0 ? [] : (list.labels.at(place.label - 1)?.regions ?? []);
  const shown = regions.filter((region) => visible.has(list.regions[region].name));
  return (
    <Group gap="md" mt="sm" mih={26} role="status" aria-live="polite">
      <Text size="sm" className="numbers" title={names.atHint}>
        {names.at(...place.millimetres)}
      </Text>
      {place.label === 0 && (
        <Text size="sm" c="dimmed">
          {names.nowhere}
        </Text>
      )}
      {place.label > 0 && shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {regions.length === 0 ? names.noRegion : names.hiddenRegions}
        </Text>
      )}
      {shown.map((region) => (
        <Text key={region} size="sm" fw={600}>
          <span className="swatch" style={{ background: list.regions[region].colour }} />
          {list.regions[region].name}
        </Text>
      ))}
      {statistic !== null && place.value !== null && (
        <Text size="sm" className="numbers">
          {texts.regions.statistic.statistics[statistic].title} {formatMeasured(place.value)}
        </Text>
      )}
    </Group>
  );
}
