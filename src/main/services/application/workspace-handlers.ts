/** Calls about the workspace, its recordings and presets, and tasks. */
import { availableParallelism, hostname, totalmem } from 'node:os';
import { defaultRegions } from '../../dataset/default-regions.ts';
import { cortextVersion } from '../version.ts';
import { listPresets } from '../presets.ts';
import { hasSlices } from '../recording-picture.ts';
import { regionsOf } from '../recording-regions.ts';
import { listRecordings, recordingFigures } from '../recordings.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

/** Enough for a card. */
const FIRST_STIMULI = 12;

type WorkspaceCalls = 'workspace.show' | 'recordings.list' | 'recordings.show' | 'presets.list' | 'tasks.list' | 'tasks.cancel';

export function workspaceHandlers(workspace: Workspace, tasks: Tasks): Pick<Handlers, WorkspaceCalls> {
  return {
    'workspace.show': () => ({
      folder: workspace.root,
      cortextVersion,
      recordings: listRecordings(workspace).length,
      experiments: workspace.catalog.list({ archived: 'with', limit: 1 }).total,
      computer: {
        host: hostname(),
        platform: process.platform,
        cores: availableParallelism(),
        memoryBytes: totalmem(),
      },
    }),
    'recordings.list': () => listRecordings(workspace),
    'recordings.show': async ({ id }) => {
      const recording = regionsOf(workspace, id);
      const { metadata } = recording;
      return {
        ...recordingFigures(recording),
        defaultRegions: defaultRegions(metadata),
        firstStimuli: metadata.stimuli.slice(0, FIRST_STIMULI).map((stimulus) => stimulus.id),
        slices: await hasSlices(workspace, metadata),
        samplesWithoutPicture: metadata.columns.stimulusName?.filter((name) => name !== null).length ?? 0,
      };
    },
    'presets.list': () => listPresets(),
    'tasks.list': () => tasks.list(),
    'tasks.cancel': ({ id }) => tasks.cancel(id),
  };
}
