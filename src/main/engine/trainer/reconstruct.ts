/** Draws reconstructions and those of the controls, and writes them as pictures and as one HDF5 file. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Method } from '../../../shared/evaluation.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { Random } from '../../../shared/random.ts';
import { workspaceLayout } from '../../../shared/workspace-layout.ts';
import { encodePng, resizeImages, toGrey, type ImageSet } from '../../dataset/image-set.ts';
import { computeControls } from '../../evaluation/controls/compute-controls.ts';
import { writeFileAtomic } from '../../files/atomic.ts';
import type { GanModel } from './gan-model.ts';
import { toUnit, type PreparedData } from './prepare-data.ts';
import { writeImagesHdf5 } from './reconstructions-hdf5.ts';

/** Truncation of the noise at test, as published: normal numbers within two deviations, times this. */
const TRUNCATION = 0.88;

/**
 * Test conditions drawn by the averaged network with truncated noise that depends only on the seed and the item.
 *
 * The event loop gets a turn after every batch.
 */
export async function drawReconstructions(
  model: GanModel,
  data: PreparedData,
  config: ExperimentConfig,
  limit = Infinity,
): Promise<ImageSet> {
  const count = Math.min(data.test.items.length, limit);
  const { noise: width, imageSize } = config.network;
  const { channels, voxelsPerRegion } = data.training;
  const random = new Random(config.seed, 'test noise');
  const noise = Float32Array.from({ length: count * width }, () => TRUNCATION * random.truncatedNormal(2));
  const length = imageSize * imageSize * channels;
  const drawn = new Float32Array(count * length);
  for (let start = 0; start < count; start += config.training.batch) {
    const end = Math.min(count, start + config.training.batch);
    const rows = (matrix: Float32Array, columns: number) => matrix.subarray(start * columns, end * columns);
    const responses = data.test.responses.map((region, r) => rows(region, voxelsPerRegion[r]));
    drawn.set(await model.reconstruct(responses, rows(noise, width), end - start), start * length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { count, height: imageSize, width: imageSize, channels, data: toUnit(drawn) };
}

export interface Reconstructions {
  /** Images of each method at the stimuli's own size, in the order of the test items. */
  readonly images: Partial<Record<Method, ImageSet>>;
  /** How the controls were fitted. */
  readonly notes: Record<string, unknown>;
}

interface SaveOptions {
  readonly root: string;
  readonly config: ExperimentConfig;
  readonly data: PreparedData;
  readonly gan: ImageSet;
  /** The same network trained on shuffled voxels; null when it was not (wholly) trained. */
  readonly shuffled: ImageSet | null;
  readonly log: (text: string) => void;
}

/** Fits the controls, brings every method to the stimuli's own size, and writes pictures and numbers. */
export async function saveReconstructions({
  root,
  config,
  data,
  gan,
  shuffled,
  log,
}: SaveOptions): Promise<Reconstructions> {
  const layout = workspaceLayout(root).experiment(config.id);
  const started = performance.now();
  const controls = await computeControls({
    trainVoxels: data.training.responses,
    voxelsPerRegion: data.training.voxelsPerRegion,
    trainImages: data.trainingImages,
    testVoxels: data.test.plainResponses,
    testCount: data.test.items.length,
    groups: data.split.train.map((sample) => data.metadata.columns.stimulus[sample] ?? -1),
    penalties: config.evaluation.ridgePenalties,
    seed: config.seed,
  });
  log(`Controls fitted in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  const atNetworkSize: Partial<Record<Method, ImageSet>> = {
    gan,
    ...controls.images,
    ...(shuffled === null ? {} : { 'shuffled-voxels': shuffled }),
  };
  const { height, width, channels } = data.testStimuli;
  const images: Partial<Record<Method, ImageSet>> = {};
  for (const [method, set] of Object.entries(atNetworkSize)) {
    const resized = await resizeImages(set, height, width);
    // Resampling with a cubic kernel can overshoot what a picture can hold.
    const clipped = { ...resized, data: resized.data.map((value) => Math.min(Math.max(value, 0), 1)) };
    // Object.entries widens the keys, which are methods.
    images[method as Method] = channels === 1 && set.channels === 3 ? toGrey(clipped) : clipped;
  }
  await writePictures(layout.reconstructions, layout.reconstruction, images);
  await writeImagesHdf5(layout.reconstructionsHdf5, {
    stimuli: data.testStimuli,
    names: data.test.items.map((item) => data.metadata.stimuli[item.stimulus].name),
    methods: images,
  });
  return { images, notes: controls.notes };
}

/** All pictures are written to a folder beside the final one, which they then replace. */
async function writePictures(
  folder: string,
  pathOf: (method: string, index: number) => string,
  images: Partial<Record<Method, ImageSet>>,
): Promise<void> {
  const staged = `${folder}.staged`;
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  for (const [method, set] of Object.entries(images)) {
    for (let i = 0; i < set.count; i++) {
      writeFileAtomic(join(staged, pathOf(method, i).slice(folder.length + 1)), await encodePng(set, i));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(staged, folder);
}
