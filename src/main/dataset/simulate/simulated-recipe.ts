/** How the import is to read the files of a simulated subject. */
import type { ArraysRecipeInput } from '../import/arrays-recipe.ts';
import { simulatedRegionNames } from './options.ts';
import type { SimulatedSubject } from './subject.ts';

/** Names inside the subject's folder. */
export const simulatedFiles = {
  recipe: 'recipe.yaml',
  arrays: 'simulated-subject.npz',
  stimuli: 'stimuli',
  truth: 'truth.npz',
} as const;

/** Name of the mask of a region among the arrays. */
export function regionMask(region: string): string {
  return `region_${region}`;
}

export function simulatedRecipe({ options }: SimulatedSubject): ArraysRecipeInput {
  return {
    subject: `simulated-${options.seed}`,
    name: `Simulated subject, seed ${options.seed}`,
    file: simulatedFiles.arrays,
    voxels: { array: 'responses', layout: 'samples-by-voxels' },
    images: { folder: simulatedFiles.stimuli },
    regions: Object.fromEntries(simulatedRegionNames.map((name) => [name, { mask: regionMask(name) }])),
    columns: { stimulus: 'stimulus', category: 'category', run: 'run', session: 'session', set: 'set' },
    positions: 'positions',
    preprocessing: [{ name: 'simulation', parameters: { ...options } }],
  };
}
