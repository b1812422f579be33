/** Every reader. */
import type { Target } from './target.ts';
import { arrayTargets } from './targets/arrays.ts';
import { importTargets } from './targets/imports.ts';
import { pictureTargets } from './targets/pictures.ts';
import { textTargets } from './targets/texts.ts';
import { volumeTargets } from './targets/volumes.ts';

export async function allTargets(): Promise<Target[]> {
  return [...(await arrayTargets()), ...volumeTargets(), ...(await pictureTargets()), ...textTargets(), ...(await importTargets())];
}
