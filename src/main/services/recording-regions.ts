/** What regions a recording has: those of its import, and those in `regions.json` beside it. */
import { existsSync } from 'node:fs';
import { definedRegionsFileSchema, type DefinedRegion } from '../../shared/defined-region.ts';
import { CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata, Region } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { withDefinedRegions } from '../dataset/defined-regions.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import { readJson } from '../files/atomic.ts';
import { regionColours } from './region-colours.ts';
import type { Workspace } from './workspace.ts';

/**
 * The regions that a user defined on a recording; none where there is no such file.
 *
 * @throws CortextError `RECORDING_DAMAGED` for a file that does not fit the recording
 */
export function readDefinedRegions(root: string, metadata: RecordingMetadata): DefinedRegion[] {
  const path = workspaceLayout(root).definedRegions(metadata.id);
  if (!existsSync(path)) return [];
  const { contentHash, regions } = readJson(path, definedRegionsFileSchema, 'RECORDING_DAMAGED');
  const outside = regions.find(({ voxels }) => voxels.some((voxel) => voxel >= metadata.voxels));
  if (contentHash === metadata.contentHash && outside === undefined) return regions;
  throw new CortextError('RECORDING_DAMAGED', `${path} holds regions of another recording than ${metadata.id}.`, {
    hint: 'Take the file away, and define its regions again.',
  });
}

/** A recording with all of its regions, imported ones first. */
export interface RecordingRegions {
  readonly metadata: RecordingMetadata;
  readonly defined: readonly DefinedRegion[];
  readonly regions: readonly Region[];
  /** Of every region, `#rrggbb`. */
  readonly colours: readonly string[];
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function regionsOf({ root }: Workspace, recording: string): RecordingRegions {
  const metadata = readRecordingMetadata(root, recording);
  const defined = readDefinedRegions(root, metadata);
  const { regions } = withDefinedRegions(metadata, defined);
  return {
    metadata,
    defined,
    regions,
    colours: regionColours(
      root,
      recording,
      regions.map(({ name }) => name),
    ),
  };
}
