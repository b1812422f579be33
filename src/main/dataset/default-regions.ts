/** The regions that an experiment uses when nobody chooses. */
import type { RecordingMetadata } from '../../shared/recording.ts';
import { regionOverlaps, UNION_SHARE } from './regions.ts';

/** Every region but unions of others (LVC, HVC, VC): parts are better words than their sum. */
export function defaultRegions(metadata: RecordingMetadata): string[] {
  const size = new Map(metadata.regions.map((region) => [region.name, region.voxels.length]));
  const unions = new Set(
    regionOverlaps(metadata.regions)
      .filter((overlap) => overlap.share > UNION_SHARE)
      .map(({ first, second }) => ((size.get(first) ?? 0) > (size.get(second) ?? 0) ? first : second)),
  );
  return metadata.regions.map((region) => region.name).filter((name) => !unions.has(name));
}
