/** User-defined regions where imported ones are expected. */
import type { DefinedRegion } from '../../shared/defined-region.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import type { FittedOn } from './leakage.ts';

/** The same recording with regions that a user defined after its own. */
export function withDefinedRegions(metadata: RecordingMetadata, defined: readonly DefinedRegion[]): RecordingMetadata {
  if (defined.length === 0) return metadata;
  const regions = defined.map(({ name, voxels }) => ({ name, voxels }));
  return { ...metadata, regions: [...metadata.regions, ...regions] };
}

/** The samples that decided over these regions, for the leakage guard. */
export function fittedRegions(defined: readonly DefinedRegion[]): FittedOn[] {
  return defined.flatMap(({ name, seenSamples }) =>
    seenSamples.length === 0 ? [] : [{ what: `region ${name}`, samples: seenSamples }],
  );
}
