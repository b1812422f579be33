/** Takes the gallery out of the application: as pictures, pages, a table, or numbers. */
import { CortextError } from '../../shared/errors.ts';
import type { Evaluation } from '../../shared/evaluation.ts';
import { dataRoutes } from '../../shared/data-routes.ts';
import { mostExported, type ExportedFile, type GalleryExport } from '../../shared/gallery.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { readImagesHdf5, writeImagesHdf5 } from '../engine/trainer/reconstructions-hdf5.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { writeGalleryPdf } from '../report/gallery-pdf.ts';
import { readGalleryExport } from '../report/gallery-rows.ts';
import { writeGallerySheet } from '../report/gallery-sheet.ts';
import { galleryCsv } from '../report/scores-csv.ts';
import { galleryFileName } from './data-files.ts';

/**
 * Writes the stimuli of `order` in that order into the experiment's folder, in place of what was exported before.
 *
 * @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_NOT_EVALUATED`, `EXPERIMENT_DAMAGED`, `IMAGE_UNREADABLE`,
 *   `INVALID_ARGUMENT` when experiments beside it were tested on other stimuli, `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT`
 */
export async function exportGallery(root: string, request: GalleryExport): Promise<ExportedFile> {
  const { id, format, order } = request;
  const path = workspaceLayout(root).experiment(id).galleryExport(format);
  await writers[format](path, root, request);
  return {
    route: dataRoutes.galleryExport(id, format),
    fileName: galleryFileName(id, format),
    stimuli: Math.min(order.length, mostExported[format]),
  };
}

const writers: Record<GalleryExport['format'], (path: string, root: string, request: GalleryExport) => Promise<void>> =
  {
    png: writeGallerySheet,
    pdf: writeGalleryPdf,
    csv: (path, root, request) => {
      const [first, ...others] = readGalleryExport(root, request).map(({ evaluation }) => evaluation) as [
        Evaluation,
        ...Evaluation[],
      ];
      writeFileAtomic(path, galleryCsv([first, ...others], request.order, request.methods));
      return Promise.resolve();
    },
    h5: writeNumbers,
  };

/** As `reconstructions.h5`, with a method `gan of <experiment>` for every experiment beside it. */
async function writeNumbers(path: string, root: string, request: GalleryExport): Promise<void> {
  const { id, order, others } = request;
  const [first] = readGalleryExport(root, request);
  const own = await readImagesHdf5(workspaceLayout(root).experiment(id).reconstructionsHdf5);
  const methods: Record<string, ImageSet> = {};
  for (const method of request.methods) {
    if (method in own.methods) methods[method] = picked(own.methods[method], order);
  }
  for (const other of others) {
    const file = workspaceLayout(root).experiment(other).reconstructionsHdf5;
    const { gan } = (await readImagesHdf5(file)).methods as Partial<Record<string, ImageSet>>;
    if (gan === undefined) throw new CortextError('EXPERIMENT_DAMAGED', `${file} has no reconstructions of a GAN.`);
    methods[`gan of ${other}`] = picked(gan, order);
  }
  await writeImagesHdf5(path, {
    stimuli: picked(own.stimuli, order),
    names: order.map((index) => first.evaluation.stimuli[index].name),
    methods,
  });
}

function picked(set: ImageSet, order: readonly number[]): ImageSet {
  const size = set.height * set.width * set.channels;
  const data = new Float32Array(order.length * size);
  for (const [to, from] of order.entries()) data.set(set.data.subarray(from * size, (from + 1) * size), to * size);
  return { ...set, count: order.length, data };
}
