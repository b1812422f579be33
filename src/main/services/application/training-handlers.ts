/** Calls before and while something trains: splits, estimates, the queue, logs. */
import { readConfig } from '../../engine/trainer/experiment-folder.ts';
import { readLogTail } from '../engine-log.ts';
import { estimateExperiment } from '../estimate.ts';
import { planExperiment } from '../experiments.ts';
import { shownSplit } from '../shown-split.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { RunningExperiments } from './running-experiments.ts';
import type { Tasks } from './tasks.ts';

type TrainingCalls = 'training.split' | 'training.estimate' | 'training.queue' | 'training.log';

export function trainingHandlers(
  workspace: Workspace,
  { running, tasks }: { readonly running: RunningExperiments; readonly tasks: Tasks },
): Pick<Handlers, TrainingCalls> {
  return {
    'training.split': (request) => shownSplit(workspace, request),
    'training.estimate': (wanted) => {
      // What cannot be trained is refused here, before anything is measured.
      const config = planExperiment(workspace, wanted);
      return tasks.start({
        kind: 'training.estimate',
        title: 'Estimating time and memory',
        run: (signal, onProgress) =>
          estimateExperiment(workspace, config, {
            signal,
            onMeasure: () => {
              onProgress({ text: 'Training a few steps to measure time and memory', done: null, total: null });
            },
          }),
      });
    },
    'training.queue': () => running.queue(),
    'training.log': ({ id }) => {
      readConfig(workspace.root, id);
      return readLogTail(workspace.layout.experiment(id).log);
    },
  };
}
