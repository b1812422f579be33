/** What stands beside every stimulus: methods of the experiment, and reconstructions of others. */
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { Gallery, GalleryEntry } from '../../../shared/contract.ts';
import type { Evaluation, Method, MetricName } from '../../../shared/evaluation.ts';
import { texts } from '../../texts/en.ts';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** Null where nothing was drawn. */
  readonly routeOf: (entry: GalleryEntry) => string | null;
  readonly valueOf: (entry: GalleryEntry, metric: MetricName) => number | undefined;
}

export function methodColumn(experiment: string, { evaluation }: Gallery, method: Method): Column {
  return {
    key: method,
    title: texts.methods[method],
    routeOf: ({ index, methods }) =>
      methods.includes(method) ? dataRoutes.reconstruction(experiment, method, index) : null,
    valueOf: valueIn(evaluation, method),
  };
}

/** @param gallery - of the other experiment; undefined until it is there */
export function otherColumn(experiment: string, name: string, gallery: Gallery | undefined): Column {
  return {
    key: experiment,
    title: name,
    routeOf: ({ index }) => dataRoutes.reconstruction(experiment, 'gan', index),
    valueOf: gallery === undefined ? () => undefined : valueIn(gallery.evaluation, 'gan'),
  };
}

function valueIn({ scores }: Evaluation, method: Method): Column['valueOf'] {
  return ({ index }, metric) => scores[method]?.[metric]?.perStimulus[index];
}
