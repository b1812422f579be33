/** Calls about regions of recordings. */
import type { ContractEvent } from '../../../shared/contract.ts';
import { findRegions } from '../find-regions.ts';
import { regionsOf } from '../recording-regions.ts';
import { listRegionsWithFiles, statisticWithFile } from '../region-files.ts';
import { colourRegion, defineRegions, removeRegion, renameRegion } from '../regions.ts';
import { voxelStatistics } from '../voxel-statistics.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';

type RegionCalls = Extract<keyof Handlers, `regions.${string}`>;

export function regionHandlers(
  workspace: Workspace,
  tell: (event: ContractEvent) => void,
): Pick<Handlers, RegionCalls> {
  const changed = (id: string): void => {
    tell({ name: 'recordings.changed', payload: { id } });
  };
  return {
    'regions.list': ({ recording }) => listRegionsWithFiles(workspace, recording),
    'regions.preview': async ({ recording, definition }, signal) => {
      const found = await findRegions(workspace, recording, definition, signal);
      return found.map(({ name, voxels, lost }) => ({ name, voxels: voxels.length, lost }));
    },
    'regions.define': async ({ recording, ...request }, signal) => {
      const defined = await defineRegions(workspace, { recording, ...request }, signal);
      changed(recording);
      return defined.map(({ region, lost }) => ({ name: region.name, voxels: region.voxels.length, lost }));
    },
    'regions.rename': ({ recording, name, to }) => {
      renameRegion(workspace, recording, name, to);
      changed(recording);
      return {};
    },
    'regions.remove': ({ recording, name }) => {
      removeRegion(workspace, recording, name);
      changed(recording);
      return {};
    },
    'regions.colour': ({ recording, name, colour }) => {
      colourRegion(workspace, recording, name, colour);
      changed(recording);
      return {};
    },
    'regions.statistic': async (request, signal) => {
      const summary = await voxelStatistics(workspace, request, signal);
      return statisticWithFile(workspace, regionsOf(workspace, request.recording).metadata, summary);
    },
  };
}
