/** Which entries of a gallery are shown, and in which order. */
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import { smallerIsBetter, type MetricName } from '../../../shared/evaluation.ts';

export interface GalleryView {
  /** `index` is the order of the test. */
  readonly sort: 'index' | MetricName;
  readonly bestFirst: boolean;
  /** Part of a name. */
  readonly filter: string;
  readonly category: string | null;
}

/** Values of the GAN for each stimulus, in the order of the test; null when the metric was not computed. */
export function valuesOf({ evaluation }: Gallery, metric: MetricName): readonly number[] | null {
  return evaluation.scores.gan?.[metric]?.perStimulus ?? null;
}

/** What is told of every stimulus beside its name. */
export function shownMetric({ sort }: GalleryView): MetricName {
  return sort === 'index' ? 'two-way-identification' : sort;
}

export function categoriesOf({ entries }: Gallery): string[] {
  return [...new Set(entries.flatMap(({ category }) => category ?? []))].sort();
}

export function orderedEntries(gallery: Gallery, { sort, bestFirst, filter, category }: GalleryView): GalleryEntry[] {
  const wanted = filter.trim().toLowerCase();
  const shown = gallery.entries.filter(
    (entry) => entry.name.toLowerCase().includes(wanted) && (category === null || entry.category === category),
  );
  const values = sort === 'index' ? null : valuesOf(gallery, sort);
  if (sort === 'index' || values === null) return shown;
  const sign = smallerIsBetter.has(sort) === bestFirst ? 1 : -1;
  return shown.sort((a, b) => sign * (values[a.index] - values[b.index]) || a.index - b.index);
}
