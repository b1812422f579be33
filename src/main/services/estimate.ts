/** What a training will take on this computer, before it starts. */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { ENGINE_PROTOCOL_VERSION } from '../../shared/engine-protocol.ts';
import { CortextError } from '../../shared/errors.ts';
import { calibrationSchema, type Calibration, type Estimate } from '../../shared/estimate.ts';
import type { ExperimentConfig } from '../../shared/experiment.ts';
import { engineCacheFolder, installationFolder } from '../engine/install/cache-folder.ts';
import { ADDON_FILE } from '../engine/install/manifest.ts';
import { availableMemory } from '../engine/process/memory.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { sha256 } from '../files/hash.ts';
import { startEngineProcess } from './engine-process.ts';
import { gigabytes } from './gigabytes.ts';
import { reckonEstimate } from './reckon-estimate.ts';
import type { Workspace } from './workspace.ts';

const SMALLER = 'Choose a smaller batch (--set training.batch=8), fewer channels or smaller images.';

export interface EstimateOptions {
  readonly signal?: AbortSignal;
  /** Told before a measurement, which takes seconds to minutes. */
  readonly onMeasure?: () => void;
}

/**
 * Time and memory of a planned experiment.
 *
 * Measured by a few steps in an engine of its own, once per computer, network and recording; the number of steps may change.
 *
 * @throws CortextError `ENGINE_MEMORY_INSUFFICIENT` when not even the few steps of the measurement fit, `CANCELLED`, and what
 *   the training would throw when it starts
 */
export async function estimateExperiment(
  workspace: Workspace,
  config: ExperimentConfig,
  options: EstimateOptions = {},
): Promise<Estimate> {
  const cached = join(engineCacheFolder(), 'calibrations', `${calibrationKey(config)}.json`);
  const known = readCached(cached);
  if (known !== null) return reckonEstimate(known, config, availableMemory());
  options.onMeasure?.();
  const calibration = await calibrate(workspace, config, options.signal);
  writeJsonAtomic(cached, calibration);
  return reckonEstimate(calibration, config, availableMemory());
}

/** @throws CortextError `ENGINE_MEMORY_INSUFFICIENT` with the numbers */
export function assertFits(estimate: Estimate): void {
  if (estimate.fits) return;
  throw new CortextError(
    'ENGINE_MEMORY_INSUFFICIENT',
    `Training would take about ${gigabytes(estimate.memoryBytes)} of memory; ${gigabytes(estimate.availableBytes)} are available.`,
    {
      hint: `${SMALLER} Train all the same with --force.`,
      details: { memoryBytes: estimate.memoryBytes, availableBytes: estimate.availableBytes },
    },
  );
}

/** The preset `quick` and what is no heavier fits everywhere and is done in minutes: not worth a measurement. */
const LIGHT_WORK = 32 ** 2 * 16 * (16 + 16);

export function isWorthEstimating({ network, training }: ExperimentConfig): boolean {
  const { imageSize, generatorChannels, discriminatorChannels } = network;
  return imageSize ** 2 * training.batch * (generatorChannels + discriminatorChannels) > LIGHT_WORK;
}

async function calibrate(workspace: Workspace, config: ExperimentConfig, signal?: AbortSignal): Promise<Calibration> {
  let calibration: Calibration | null = null;
  const engine = startEngineProcess({
    log: join(engineCacheFolder(), 'calibrations', 'engine.log'),
    remedy: 'Skip the estimate with --no-estimate.',
    onEvent: (event) => {
      if (event.type === 'calibration') calibration = event.calibration;
    },
  });
  const cancel = (): void => {
    engine.kill();
  };
  signal?.addEventListener('abort', cancel);
  engine.send({
    type: 'calibrate',
    protocol: ENGINE_PROTOCOL_VERSION,
    workspace: workspace.root,
    config,
    available: availableMemory(),
  });
  const { error } = await engine.ended;
  signal?.removeEventListener('abort', cancel);
  if (signal?.aborted === true) throw new CortextError('CANCELLED', 'The estimate was cancelled.');
  if (error?.code === 'ENGINE_OUT_OF_MEMORY') {
    throw new CortextError(
      'ENGINE_MEMORY_INSUFFICIENT',
      `Not even the few steps of an estimate fit into the ${gigabytes(availableMemory())} of memory that are available.`,
      { hint: SMALLER, details: { reason: error.message } },
    );
  }
  if (error !== null) throw CortextError.fromEnvelope(error);
  // Set in the callback above, which the compiler does not follow.
  const told = calibration as Calibration | null;
  if (told === null) throw new CortextError('ENGINE_PROTOCOL', 'The engine ended without having measured anything.');
  return told;
}

/** Everything that changes what a step costs here, and nothing that does not: neither steps nor names nor rates. */
function calibrationKey(config: ExperimentConfig): string {
  const { recording, regions, split, condition, network, objective, training, evaluation, cortextVersion } = config;
  const { backend, gpu, precision, deterministic } = config;
  const { batch, balance, averaging } = training;
  const installed = (['cuda', 'cpu'] as const).map((kind) => join(installationFolder(kind), ADDON_FILE)).filter(existsSync);
  const computer = { host: hostname(), processor: cpus()[0]?.model, cores: availableParallelism(), installed };
  const engine = { protocol: ENGINE_PROTOCOL_VERSION, backend, gpu, precision, deterministic };
  const experiment = { recording, regions, split, condition, network, objective, batch, balance, averaging, evaluation };
  return sha256(JSON.stringify({ cortextVersion, computer, engine, experiment })).slice(0, 32);
}

/** A damaged entry is as good as none. */
function readCached(path: string): Calibration | null {
  try {
    return existsSync(path) ? readJson(path, calibrationSchema, 'FILE_DAMAGED') : null;
  } catch {
    return null;
  }
}
