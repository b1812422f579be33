/** In which space the runs of a BIDS dataset are imported, and the regions that lie in it. */
import type { RegionSet } from '../../bids/find-regions.ts';
import type { FoundRun } from '../../bids/find-runs.ts';
import { runLabel } from '../../time-series/scanner-run.ts';
import type { RecipeGuess } from '../load-recipe.ts';
import { regionProposal, type RegionProposal } from './region-proposal.ts';

/** Between a space and one of its resolutions, as fMRIPrep writes them: `MNI152NLin2009cAsym:res-2`. */
export const RESOLUTION = ':res-';

/** Aligned runs before raw ones, the subject's own space before a template's. */
const preferredSpaces = ['native', 'T1w', 'MNI152NLin2009cAsym', 'MNI152NLin6Asym'];

/** Spaces of one brain: their volumes lie at the same millimetres. */
const ownSpaces = new Set(['raw', 'native', 'func', 'boldref', 'scanner', 'orig', 'individual', 'T1w']);

/**
 * The space with the most runs; of several, one with regions of a lab, or else with a parcellation.
 *
 * @param sets - regions that lie ready; none where the recipe says which to take
 */
export function chooseSpace(
  runs: readonly FoundRun[],
  wanted: string | undefined,
  sets: readonly RegionSet[],
  guesses: RecipeGuess[],
): string {
  if (wanted !== undefined) return wanted.split(RESOLUTION)[0];
  const candidates = [...Map.groupBy(runs, ({ space }) => space)].map(([space, versions]) => ({
    space,
    // Several resolutions of a run are one run.
    runs: new Set(versions.map(runLabel)).size,
    regions: bestSet(sets, space),
    place: placeOf(space),
  }));
  const byPlace = candidates.toSorted((a, b) => b.runs - a.runs || a.place - b.place);
  const [choice, ...others] = byPlace.toSorted((a, b) => b.runs - a.runs || kindOf(a.regions) - kindOf(b.regions));
  if (choice === undefined) return 'raw';
  const isForRegions = choice !== byPlace[0];
  guesses.push({
    about: 'space',
    choice: choice.space,
    reason: [
      ...(isForRegions && choice.regions !== null ? [`${choice.regions.title} lie in it`] : []),
      others.length === 0 ? 'there are no runs in another space' : `there are also runs in ${others.map(({ space }) => space).join(', ')}`,
    ].join('; '),
  });
  return choice.space;
}

function placeOf(space: string): number {
  if (space === 'raw') return preferredSpaces.length + 1;
  const place = preferredSpaces.indexOf(space);
  return place === -1 ? preferredSpaces.length : place;
}

function bestSet(sets: readonly RegionSet[], space: string): RegionSet | null {
  return sets.filter((set) => fits(set, space)).toSorted((a, b) => kindOf(a) - kindOf(b))[0] ?? null;
}

/** Regions that a lab has defined, a parcellation of everything, nothing. */
function kindOf(set: RegionSet | null): 0 | 1 | 2 {
  return set === null ? 2 : set.isWholeBrain ? 1 : 0;
}

function fits(set: RegionSet, space: string): boolean {
  return set.space === space || (ownSpaces.has(space) && ownSpaces.has(set.space));
}

/** @param runs - those that are imported, in `space` */
export function proposalsOf(sets: readonly RegionSet[], space: string, runs: readonly FoundRun[]): RegionProposal[] {
  const [{ brainMask }] = runs;
  return [
    ...sets.filter((set) => fits(set, space)).map(regionProposal),
    ...(brainMask === null
      ? []
      : [{ rank: 2, title: 'the mask of the brain', regions: { brain: { mask: brainMask } }, sample: brainMask } as const]),
  ];
}

/**
 * What to say of a lab's regions that do not lie in the space of the runs; null where there are none.
 *
 * @param runs - in all spaces
 */
export function regionsElsewhere(sets: readonly RegionSet[], space: string, runs: readonly FoundRun[]): string | null {
  const other = sets.find((set) => !fits(set, space) && !set.isWholeBrain);
  if (other === undefined) return null;
  const there = runs.find((run) => fits(other, run.space));
  return (
    `Regions lie ready in the space ${other.space} (${other.title}), not in ${space}: ` +
    (there === undefined
      ? `bring them to ${space}, or let fMRIPrep write runs in ${other.space} as well.`
      : `import the runs in it with "space: ${there.space}".`)
  );
}
