/** A simulated subject as the files a laboratory would have: arrays, a folder of pictures, a recipe, and the truth. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { stringify } from 'yaml';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { flushFolder, writeFileAtomic } from '../../files/atomic.ts';
import { encodePngPixels } from '../image-set.ts';
import { writeNpz, type OutgoingArray } from './npz-writer.ts';
import { simulatedRegionNames } from './options.ts';
import { regionMask, simulatedFiles, simulatedRecipe } from './simulated-recipe.ts';
import type { SimulatedSubject } from './subject.ts';

export interface WrittenSubject {
  readonly folder: string;
  /** Import this. */
  readonly recipe: string;
  readonly arrays: string;
  readonly stimuli: string;
  readonly truth: string;
}

export interface WriteCallbacks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly phase: 'files'; readonly done: number; readonly total: number }) => void;
}

/**
 * Writes the subject into a new folder: wholly or not at all.
 *
 * @param folder - must not exist yet, or be empty
 * @throws CortextError `ALREADY_EXISTS`, `CANCELLED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeSimulatedSubject(
  folder: string,
  subject: SimulatedSubject,
  callbacks: WriteCallbacks = {},
): Promise<WrittenSubject> {
  const target = resolve(folder);
  if (existsSync(target) && !isEmptyFolder(target)) {
    throw new CortextError('ALREADY_EXISTS', `${folder} exists and is not empty.`, {
      hint: 'Name another folder, or remove this one first.',
    });
  }
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    mkdirSync(join(staged, simulatedFiles.stimuli), { recursive: true });
    await writePictures(join(staged, simulatedFiles.stimuli), subject, callbacks);
    writeNpz(join(staged, simulatedFiles.arrays), recordedArrays(subject));
    writeNpz(join(staged, simulatedFiles.truth), truthArrays(subject));
    writeFileAtomic(join(staged, simulatedFiles.recipe), recipeText(subject));
    if (existsSync(target)) rmdirSync(target);
    renameSync(staged, target);
    flushFolder(dirname(target));
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw toCortextError(error, folder);
  }
  return {
    folder: target,
    recipe: join(target, simulatedFiles.recipe),
    arrays: join(target, simulatedFiles.arrays),
    stimuli: join(target, simulatedFiles.stimuli),
    truth: join(target, simulatedFiles.truth),
  };
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

async function writePictures(
  folder: string,
  { stimuli, pixels, options }: SimulatedSubject,
  { signal, onProgress }: WriteCallbacks,
): Promise<void> {
  const size = options.imageSize;
  const area = size * size * 3;
  for (const [index, { name }] of stimuli.entries()) {
    const data = pixels.subarray(index * area, (index + 1) * area);
    writeFileSync(join(folder, `${name}.png`), encodePngPixels({ width: size, height: size, channels: 3, data }));
    if (index % 8 !== 7) continue;
    await yieldToOthers();
    if (signal?.aborted) throw new CortextError('CANCELLED', 'Writing the simulated subject was cancelled.');
    onProgress?.({ phase: 'files', done: index + 1, total: stimuli.length });
  }
  onProgress?.({ phase: 'files', done: stimuli.length, total: stimuli.length });
}

/** What a scanner and an experimenter would know. */
function recordedArrays(subject: SimulatedSubject): Record<string, OutgoingArray> {
  const { trials, stimuli, voxels, responses } = subject;
  const perSample = [trials.length];
  const regions = simulatedRegionNames.map((name): [string, OutgoingArray] => [
    regionMask(name),
    {
      shape: [voxels.length],
      data: Uint8Array.from(voxels, (voxel) => (voxel.region === name ? 1 : 0)),
      boolean: true,
    },
  ]);
  return {
    responses: { shape: [trials.length, voxels.length], data: responses },
    stimulus: { shape: perSample, data: trials.map(({ stimulus }) => `${stimuli[stimulus].name}.png`) },
    category: { shape: perSample, data: trials.map(({ stimulus }) => stimuli[stimulus].category) },
    run: { shape: perSample, data: Int32Array.from(trials, ({ run }) => run + 1) },
    session: { shape: perSample, data: Int32Array.from(trials, ({ session }) => session + 1) },
    set: { shape: perSample, data: trials.map(({ set }) => set) },
    ...Object.fromEntries(regions),
    positions: { shape: [voxels.length, 3], data: Float32Array.from(voxels.flatMap(({ position }) => [...position])) },
  };
}

/** What only a simulation knows. Nothing here is imported. */
function truthArrays(subject: SimulatedSubject): Record<string, OutgoingArray> {
  const { voxels, tunings, stimuli, signals, noiseCeilings } = subject;
  const perVoxel = (values: Iterable<number>): OutgoingArray => ({
    shape: [voxels.length],
    data: Float32Array.from(values),
  });
  const perStimulus = (values: Iterable<number>): OutgoingArray => ({
    shape: [stimuli.length],
    data: Float32Array.from(values),
  });
  return {
    field_x_degrees: perVoxel(voxels.map(({ fieldX }) => fieldX)),
    field_y_degrees: perVoxel(voxels.map(({ fieldY }) => fieldY)),
    field_size_degrees: perVoxel(voxels.map(({ fieldSize }) => fieldSize)),
    preferred_orientation_radians: perVoxel(tunings.map(({ preferredOrientation }) => preferredOrientation)),
    preferred_frequency_cycles_per_degree: perVoxel(tunings.map(({ preferredFrequency }) => preferredFrequency)),
    exponent: perVoxel(tunings.map(({ exponent }) => exponent)),
    feature_share: perVoxel(tunings.map(({ featureShare }) => featureShare)),
    noise_ceiling: perVoxel(noiseCeilings),
    signal: { shape: [stimuli.length, voxels.length], data: signals },
    stimulus: { shape: [stimuli.length], data: stimuli.map(({ name }) => `${name}.png`) },
    category: { shape: [stimuli.length], data: stimuli.map(({ category }) => category) },
    object_x: perStimulus(stimuli.map(({ truth }) => truth.x)),
    object_y: perStimulus(stimuli.map(({ truth }) => truth.y)),
    object_scale: perStimulus(stimuli.map(({ truth }) => truth.scale)),
    object_angle_radians: perStimulus(stimuli.map(({ truth }) => truth.angle)),
    background: { shape: [stimuli.length], data: stimuli.map(({ truth }) => truth.background) },
  };
}

function recipeText(subject: SimulatedSubject): string {
  return `# A simulated subject: import it with this recipe.\n${stringify(simulatedRecipe(subject))}`;
}
