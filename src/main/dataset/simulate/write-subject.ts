/** A simulated subject as the files a laboratory would have: arrays, a folder of pictures, a recipe, and the truth. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomic } from '../../files/atomic.ts';
import { writeFolder } from '../../files/staged-folder.ts';
import { writeNpz, type OutgoingArray } from './npz-writer.ts';
import { simulatedRegionNames } from './options.ts';
import { regionMask, simulatedFiles, simulatedRecipe } from './simulated-recipe.ts';
import type { SimulatedCortex, SimulatedSubject } from './subject.ts';
import { writePictures, type WriteCallbacks } from './write-pictures.ts';

export interface WrittenSubject {
  readonly folder: string;
  /** Import this. */
  readonly recipe: string;
  readonly arrays: string;
  readonly stimuli: string;
  readonly truth: string;
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
  const target = await writeFolder(folder, async (staged) => {
    await writePictures(join(staged, simulatedFiles.stimuli), subject, callbacks);
    writeNpz(join(staged, simulatedFiles.arrays), recordedArrays(subject));
    writeNpz(join(staged, simulatedFiles.truth), truthArrays(subject));
    writeFileAtomic(join(staged, simulatedFiles.recipe), recipeText(subject));
  });
  return {
    folder: target,
    recipe: join(target, simulatedFiles.recipe),
    arrays: join(target, simulatedFiles.arrays),
    stimuli: join(target, simulatedFiles.stimuli),
    truth: join(target, simulatedFiles.truth),
  };
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
export function truthArrays(subject: SimulatedCortex): Record<string, OutgoingArray> {
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
