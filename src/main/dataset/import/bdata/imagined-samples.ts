import type { ShippedSet } from '../../../../shared/recording.ts';

/** Which samples need no picture: what was imagined was not shown. Imagery is in neither set of the published data. */
export function imaginedSamples(set: readonly ShippedSet[] | null): boolean[] | undefined {
  return set?.map((one) => one === 'other');
}
