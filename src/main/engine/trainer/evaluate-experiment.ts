/** Scores an experiment's reconstructions and those of its controls, and writes `evaluation.json`. */
import { EVALUATION_SCHEMA_VERSION, type Evaluation } from '../../../shared/evaluation.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { workspaceLayout } from '../../../shared/workspace-layout.ts';
import { describeMetrics, scoreReconstructions } from '../../evaluation/score.ts';
import { writeJsonAtomic } from '../../files/atomic.ts';
import type { PreparedData } from './prepare-data.ts';
import type { Reconstructions } from './reconstruct.ts';

interface EvaluateOptions {
  readonly root: string;
  readonly config: ExperimentConfig;
  readonly data: PreparedData;
  readonly methods: Reconstructions;
  /** Training steps behind the weights that drew the reconstructions. */
  readonly step: number;
}

export async function evaluateExperiment({ root, config, data, methods, step }: EvaluateOptions): Promise<Evaluation> {
  const stimuli = data.test.items.map(({ stimulus, trials }) => {
    const { id, name, category } = data.metadata.stimuli[stimulus];
    return { id, name, category, trials };
  });
  const scores = await scoreReconstructions({
    stimuli: data.testStimuli,
    stimulusIds: stimuli.map(({ id }) => id),
    methods: methods.images,
    permutations: config.evaluation.permutations,
    bootstraps: config.evaluation.bootstraps,
    seed: config.seed,
  });
  const evaluation: Evaluation = {
    schemaVersion: EVALUATION_SCHEMA_VERSION,
    experiment: config.id,
    createdAt: new Date().toISOString(),
    step,
    protocol: describeProtocol(config, data),
    seed: config.seed,
    stimuli,
    scores,
    notes: {
      ...methods.notes,
      leakage: data.split.findings.map(({ guard, message, reason }) => ({ guard, message, reason })),
      voxelStatistic: data.transform.statisticName,
      voxels: Object.fromEntries(data.transform.regions.map(({ name, voxels }) => [name, voxels.length])),
    },
  };
  writeJsonAtomic(workspaceLayout(root).experiment(config.id).evaluation, evaluation);
  return evaluation;
}

function describeProtocol(config: ExperimentConfig, data: PreparedData): string {
  const { height, width, channels } = data.testStimuli;
  const size = config.network.imageSize;
  return (
    `Compared at the stimuli's own ${width} x ${height} px in ${channels === 1 ? 'grey' : 'colour'}; ` +
    `every method draws ${size} x ${size} px and is resampled once (area when shrinking, cubic when growing). ` +
    describeMetrics(data.testStimuli)
  );
}
