/** Calls about experiments. */
import { existsSync, readdirSync } from 'node:fs';
import type { ContractEvent, Gallery } from '../../../shared/contract.ts';
import { methodSchema } from '../../../shared/evaluation.ts';
import { experimentNotFound, type ExperimentStatus } from '../../../shared/experiment.ts';
import { readHistory, readStatus } from '../../engine/trainer/experiment-folder.ts';
import { askExperiment, continueExperiment, createExperiment } from '../experiments.ts';
import { reportExperiment, scoresOfExperiment } from '../reports.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { RunningExperiments } from './running-experiments.ts';
import type { Tasks } from './tasks.ts';

type ExperimentCalls = Extract<keyof Handlers, `experiments.${string}`>;

interface Tools {
  readonly running: RunningExperiments;
  readonly tasks: Tasks;
  readonly tell: (event: ContractEvent) => void;
}

export function experimentHandlers(
  workspace: Workspace,
  { running, tasks, tell }: Tools,
): Pick<Handlers, ExperimentCalls> {
  const { root, catalog, layout } = workspace;
  const changed = (id: string): void => {
    tell({ name: 'experiment.changed', payload: { id } });
  };
  const detailsOf = (id: string) => {
    const details = catalog.get(id);
    if (details === null) throw experimentNotFound(id);
    return details;
  };
  const ask = (id: string, request: 'pause' | 'stop', signal: AbortSignal): Promise<ExperimentStatus> =>
    running.ask(id, request) ?? askExperiment(workspace, id, request, signal);
  return {
    'experiments.list': (query) => catalog.list(query),
    'experiments.show': ({ id }) => ({ details: detailsOf(id), status: readStatus(root, id) }),
    'experiments.create': (wanted) => {
      const { id } = createExperiment(workspace, wanted);
      changed(id);
      return { id };
    },
    'experiments.run': async ({ id }) => {
      await running.start(id);
      return readStatus(root, id);
    },
    'experiments.pause': ({ id }, signal) => ask(id, 'pause', signal),
    'experiments.stop': ({ id }, signal) => ask(id, 'stop', signal),
    'experiments.extend': ({ id, steps }) => {
      continueExperiment(workspace, id, steps);
      changed(id);
      return readStatus(root, id);
    },
    'experiments.history': ({ id, known }) => {
      detailsOf(id);
      return readHistory(root, id).slice(known);
    },
    'experiments.samples': ({ id }) => {
      detailsOf(id);
      return sampleSteps(layout.experiment(id).samples);
    },
    'experiments.gallery': ({ id }) => galleryOf(workspace, id),
    'experiments.annotate': ({ id, tags, note, archived }) => {
      if (tags !== undefined) catalog.setTags(id, tags);
      if (note !== undefined) catalog.setNote(id, note);
      if (archived !== undefined) catalog.setArchived(id, archived);
      changed(id);
      const details = detailsOf(id);
      return { tags: details.tags, note: details.note, archived: details.archived };
    },
    'experiments.compare': ({ ids }) => catalog.compareMany(ids),
    'experiments.report': ({ id }) => {
      detailsOf(id);
      return tasks.start({
        kind: 'experiments.report',
        title: 'Writing the report',
        run: async (signal) => {
          const { report, sheet } = await reportExperiment(workspace, id, { signal });
          return { report, sheet };
        },
      });
    },
    'experiments.tags': () => catalog.tags(),
  };
}

function sampleSteps(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^step-(\d+)\.png$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function galleryOf(workspace: Workspace, id: string): Gallery {
  const evaluation = scoresOfExperiment(workspace, id);
  const { reconstructions } = workspace.layout.experiment(id);
  const methods = methodSchema.options.filter((method) => existsSync(`${reconstructions}/${method}`));
  return {
    evaluation,
    entries: evaluation.stimuli.map((stimulus, index) => ({
      index,
      stimulus: stimulus.id,
      name: stimulus.name,
      category: stimulus.category,
      trials: stimulus.trials,
      methods,
    })),
  };
}
