/** Experiments: create, run, pause, resume, stop, continue. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import {
  EXPERIMENT_SCHEMA_VERSION,
  experimentConfigSchema,
  newExperimentStatus,
  type BackendChoice,
  type ExperimentConfig,
  type ExperimentStatus,
  type SignOff,
  type SplitSpec,
  defaultGpu,
  type GpuConfig,
  type PrecisionChoice,
} from '../../shared/experiment.ts';
import { synchroniseExperiment } from '../catalog/synchronise.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import { fittedRegions, withDefinedRegions } from '../dataset/defined-regions.ts';
import { defaultRegions } from '../dataset/default-regions.ts';
import { selectRegions } from '../dataset/regions.ts';
import { resolveSplit } from '../dataset/splits.ts';
import { isRunning, readConfig, readStatus, requestControl } from '../engine/trainer/experiment-folder.ts';
import { experimentLayout } from '../../shared/workspace-layout.ts';
import { writeJsonAtomic } from '../files/atomic.ts';
import { applySettings } from './settings.ts';
import { cortextVersion } from './version.ts';
import { startEngine, type EngineHandle } from './engine-supervisor.ts';
import { loadPreset } from './presets.ts';
import { readDefinedRegions } from './recording-regions.ts';
import type { Workspace } from './workspace.ts';

export interface NewExperiment {
  readonly recording: string;
  readonly preset: string;
  readonly name?: string;
  /** Default: every region that is not a union of others. */
  readonly regions?: readonly string[];
  /** Default: the split that came with the data. */
  readonly split?: SplitSpec;
  readonly signOffs?: readonly SignOff[];
  readonly seed?: number;
  readonly backend?: BackendChoice;
  readonly deterministic?: boolean;
  readonly gpu?: GpuConfig;
  readonly precision?: PrecisionChoice;
  /** Single settings that differ from the preset: `{'training.steps': '2000'}`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly group?: string;
}

/**
 * Creates an experiment; nothing is trained yet.
 *
 * @throws CortextError as `planExperiment`; `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT`
 */
export function createExperiment(workspace: Workspace, wanted: NewExperiment): ExperimentConfig {
  return storeExperiment(workspace, planExperiment(workspace, wanted));
}

/** Writes a planned experiment into the workspace. */
export function storeExperiment(workspace: Workspace, config: ExperimentConfig): ExperimentConfig {
  writeExperimentFolder(workspace, config);
  synchroniseExperiment(workspace.catalog, workspace.root, config.id);
  return config;
}

/**
 * The configuration of a new experiment; nothing is written.
 *
 * Regions, split and leakage guards are checked here, so that what cannot train is refused before anything is written.
 *
 * @throws CortextError `RECORDING_NOT_FOUND`, `REGION_*`, `SPLIT_INVALID`, `LEAKAGE`, `INVALID_CONFIGURATION`
 */
export function planExperiment(workspace: Workspace, wanted: NewExperiment): ExperimentConfig {
  const metadata = readRecordingMetadata(workspace.root, wanted.recording);
  const regions = wanted.regions ?? defaultRegions(metadata);
  const allDefined = readDefinedRegions(workspace.root, metadata);
  const defined = allDefined.filter(({ name }) => regions.includes(name));
  const preset = applySettings(loadPreset(wanted.preset), wanted.settings ?? {});
  const createdAt = new Date();
  const name = wanted.name ?? `${metadata.name}, ${preset.title.toLowerCase()}`;
  const config = experimentConfigSchema.parse({
    schemaVersion: EXPERIMENT_SCHEMA_VERSION,
    id: experimentId(createdAt, name),
    name,
    createdAt: createdAt.toISOString(),
    cortextVersion,
    preset: preset.name,
    recording: { id: metadata.id, contentHash: metadata.contentHash },
    regions,
    definedRegions: defined.length === 0 ? undefined : defined,
    split: wanted.split ?? { kind: 'shipped' },
    signOffs: wanted.signOffs ?? [],
    seed: wanted.seed ?? 1,
    backend: wanted.backend ?? 'auto',
    deterministic: wanted.deterministic ?? false,
    gpu: wanted.gpu ?? defaultGpu,
    precision: wanted.precision ?? 'auto',
    condition: preset.condition,
    network: preset.network,
    objective: preset.objective,
    training: preset.training,
    evaluation: preset.evaluation,
    group: wanted.group ?? null,
  } satisfies Record<keyof ExperimentConfig, unknown>);
  selectRegions(withDefinedRegions(metadata, allDefined), regions);
  if (metadata.stimuli.length === 0) {
    throw new CortextError('STIMULUS_MISSING', `The recording ${metadata.id} has no images: there is nothing to train on.`, {
      hint: 'Add them to the recording, or import it again with its images.',
    });
  }
  const split = resolveSplit(metadata, config.split, config.signOffs, fittedRegions(defined));
  if (split.train.length < config.training.batch) {
    throw new CortextError(
      'INVALID_CONFIGURATION',
      `The batch of ${config.training.batch} is larger than the ${split.train.length} training samples.`,
      { hint: 'Use a smaller batch, for example --set training.batch=8.' },
    );
  }
  return config;
}

/** The folder appears whole: it is filled beside its place and renamed into it. */
function writeExperimentFolder(workspace: Workspace, config: ExperimentConfig): void {
  const staged = join(workspace.layout.staging, `experiment-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(staged, { recursive: true });
    writeJsonAtomic(experimentLayout(staged).config, config);
    writeJsonAtomic(experimentLayout(staged).status, newExperimentStatus(config));
    mkdirSync(workspace.layout.experiments, { recursive: true });
    renameSync(staged, workspace.layout.experiment(config.id).folder);
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw toCortextError(error, workspace.layout.experiments);
  }
}

function experimentId(createdAt: Date, name: string): string {
  const day = createdAt.toISOString().slice(0, 10).replaceAll('-', '');
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 32)
    .replace(/-$/, '');
  return [day, words, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}

export interface RunningExperiment {
  readonly engine: EngineHandle;
  /** The status after the engine has gone; the catalog knows it by then. */
  readonly ended: Promise<ExperimentStatus>;
}

/**
 * Starts or resumes an experiment's engine.
 *
 * @throws CortextError `EXPERIMENT_FINISHED` when there is nothing left to do, `EXPERIMENT_RUNNING`
 */
export function runExperiment(
  workspace: Workspace,
  id: string,
  onEvent: (event: EngineEvent) => void,
): RunningExperiment {
  readConfig(workspace.root, id);
  const status = readStatus(workspace.root, id);
  if (status.state === 'completed') {
    throw new CortextError('EXPERIMENT_FINISHED', `Experiment ${id} is complete.`, {
      hint: `Train it longer with: cortext continue ${id} --steps N`,
    });
  }
  const engine = startEngine(workspace.root, id, (event) => {
    // The index follows at every change of phase; the folder is ahead of it in between.
    if (event.type === 'ready' || event.type === 'checkpoint') synchronise(workspace, id);
    onEvent(event);
  });
  const ended = engine.ended.then((final) => {
    synchronise(workspace, id);
    return final;
  });
  return { engine, ended };
}

function synchronise(workspace: Workspace, id: string): void {
  synchroniseExperiment(workspace.catalog, workspace.root, id);
}

/**
 * Asks whatever process runs the experiment to pause or stop, and waits until it has.
 *
 * @throws CortextError `EXPERIMENT_NOT_RUNNING`
 */
export async function askExperiment(
  workspace: Workspace,
  id: string,
  request: 'pause' | 'stop',
  signal?: AbortSignal,
): Promise<ExperimentStatus> {
  readConfig(workspace.root, id);
  if (!isRunning(workspace.root, id)) {
    throw new CortextError('EXPERIMENT_NOT_RUNNING', `Experiment ${id} is not running.`, {
      hint: `Its state is ${readStatus(workspace.root, id).state}.`,
    });
  }
  requestControl(workspace.root, id, request);
  while (isRunning(workspace.root, id)) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  synchronise(workspace, id);
  return readStatus(workspace.root, id);
}

/**
 * Gives an experiment more steps; running it then goes on from its last checkpoint.
 *
 * @param steps - the new total
 * @throws CortextError `INVALID_ARGUMENT` when the total is not larger than what was trained, `EXPERIMENT_RUNNING`
 */
export function continueExperiment(workspace: Workspace, id: string, steps: number): ExperimentConfig {
  const config = readConfig(workspace.root, id);
  if (isRunning(workspace.root, id)) {
    throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} is running.`, { hint: 'Pause or stop it first.' });
  }
  if (!Number.isInteger(steps) || steps <= config.training.steps) {
    throw new CortextError(
      'INVALID_ARGUMENT',
      `${steps} is not more than the ${config.training.steps} steps that experiment ${id} already has.`,
      { hint: 'State the new total.' },
    );
  }
  const longer: ExperimentConfig = { ...config, training: { ...config.training, steps } };
  const layout = workspace.layout.experiment(id);
  const status = readStatus(workspace.root, id);
  // Scores and pictures of the shorter training would contradict the configuration. They are drawn anew at the end.
  rmSync(layout.evaluation, { force: true });
  writeJsonAtomic(layout.config, longer);
  writeJsonAtomic(layout.status, {
    ...status,
    state: 'paused',
    phase: 'training',
    steps,
    error: null,
    updatedAt: new Date().toISOString(),
  } satisfies ExperimentStatus);
  synchronise(workspace, id);
  return longer;
}
