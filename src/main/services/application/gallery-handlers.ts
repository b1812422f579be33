/** Calls of the gallery: what can stand beside an experiment, and what leaves it as a file. */
import type { GalleryFormat } from '../../../shared/gallery.ts';
import { experimentNotFound } from '../../../shared/experiment.ts';
import { runWork } from '../work/work-process.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

const titles: Record<GalleryFormat, string> = {
  png: 'Drawing the sheet',
  pdf: 'Laying out the pages',
  csv: 'Writing the scores',
  h5: 'Packing the numbers',
};

export function galleryHandlers(
  { root, catalog }: Workspace,
  tasks: Tasks,
): Pick<Handlers, 'gallery.comparable' | 'gallery.export'> {
  return {
    'gallery.comparable': ({ id }) =>
      catalog.comparableExperiments(id).map(({ id: other, name, createdAt, preset, regions, scores }) => ({
        id: other,
        name,
        createdAt,
        preset,
        regions,
        identification: scores.gan?.['two-way-identification']?.value ?? null,
      })),
    'gallery.export': (request) => {
      for (const id of [request.id, ...request.others]) {
        if (catalog.get(id) === null) throw experimentNotFound(id);
      }
      return tasks.start({
        kind: 'gallery.export',
        title: titles[request.format],
        run: (signal) => runWork(root, 'gallery.export', request, { signal, grace: 0 }),
      });
    },
  };
}
