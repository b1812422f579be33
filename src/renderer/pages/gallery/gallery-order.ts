/** Which entries of a gallery are shown, and in which order. */
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import { smallerIsBetter, type MetricName } from '../../../shared/evaluation.ts';

export interface GalleryView {
  /** `index` is the order of the test. */
  readonly sort: 'index' | MetricName;
  readonly bestFirst: boolean;
  /** Part of a name or category. */
  readonly filter: string;
}

/** Values of the GAN for each stimulus, in the order of the test; null when the metric was not computed. */
export function valuesOf({ evaluation }: Gallery, metric: MetricName): readonly number[] | null {
  return evaluation.scores.gan?.[metric]?.perStimulus ?? null;
}

export function orderedEntries(gallery: Gallery, { sort, bestFirst, filter }: GalleryView): GalleryEntry[] {
  const wanted = filter.trim().toLowerCase();
  const shown = gallery.entries.filter(
    ({ name, category }) => name.toLowerCase().includes(wanted) || (category ?? '').toLowerCase().includes(wanted),
  );
  const values = sort === 'index' ? null : valuesOf(gallery, sort);
  if (sort === 'index' || values === null) return shown;
  const sign = smallerIsBetter.has(sort) === bestFirst ? 1 : -1;
  return shown.sort((a, b) => sign * (values[a.index] - values[b.index]) || a.index - b.index);
}
