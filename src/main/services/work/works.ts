/** Work that must not hold up the process in which windows are served: it decodes, draws or packs a lot. */
import { galleryExportSchema, type ExportedFile, type GalleryExport } from '../../../shared/gallery.ts';
import { exportGallery } from '../gallery-export.ts';
import { computeStatistic, statisticJobSchema, type StatisticJob } from './compute-statistic.ts';

/** What each kind of work takes and gives, beside the workspace's folder. */
export interface Works {
  'gallery.export': { readonly input: GalleryExport; readonly output: ExportedFile };
  'voxels.statistic': { readonly input: StatisticJob; readonly output: null };
}
export type WorkName = keyof Works;

export const works: { readonly [N in WorkName]: (root: string, input: unknown) => Promise<Works[N]['output']> } = {
  'gallery.export': (root, input) => exportGallery(root, galleryExportSchema.parse(input)),
  'voxels.statistic': async (root, input) => Promise.resolve(computeStatistic(root, statisticJobSchema.parse(input))),
};
