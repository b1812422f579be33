/** The gallery as one picture, for slides. */
import type { GalleryExport } from '../../shared/gallery.ts';
import { loadImages } from './experiment-sheet.ts';
import { galleryRows } from './gallery-rows.ts';
import { writeSheet, type SheetInput } from './sheet.ts';

/** @throws CortextError as `galleryRows` and `writeSheet` */
export async function writeGallerySheet(path: string, root: string, request: GalleryExport): Promise<void> {
  const { title, subtitle, rows, columnLabels, shape } = await galleryRows(root, request);
  const drawn: SheetInput['rows'][number][] = [];
  for (const { label, paths } of rows) drawn.push({ label: shortened(label), images: await loadImages(paths, shape) });
  await writeSheet(path, { title, subtitle, rows: drawn, columnLabels });
}

/** Names of experiments stand at the side, where there is little room. */
function shortened(label: string): string {
  return label.length <= 28 ? label : `${label.slice(0, 27)}…`;
}
