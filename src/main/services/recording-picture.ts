/** What a recording looks like in the head, for its card: drawn when it is first asked for. */
import { existsSync } from 'node:fs';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { writeSlicesPicture } from '../dataset/import/scans/slices-picture.ts';
import { openVolume } from '../dataset/volumes/open-volume.ts';
import { readVolume } from '../dataset/volumes/read-volume.ts';
import { regionColours } from './region-colours.ts';
import type { Workspace } from './workspace.ts';

/**
 * Draws the mean functional volume on three slices with the regions into the recording's folder, unless it is there.
 *
 * @returns whether there is a picture; recordings without a volume have none, nor those of a disk that cannot be written to
 */
export async function hasSlices(
  { root, layout }: Workspace,
  { id, space, reference, regions }: RecordingMetadata,
): Promise<boolean> {
  if (space === null || reference === null) return false;
  const path = layout.slices(id);
  if (existsSync(path)) return true;
  try {
    const volume = openVolume(layout.reference(id));
    const mean = await readVolume(volume);
    await writeSlicesPicture(path, { grid: volume.grid, mean, voxels: space.indices }, regions, {
      legend: false,
      colours: regionColours(
        root,
        id,
        regions.map(({ name }) => name),
      ),
    });
    return true;
  } catch {
    // A card without a picture is no error; what is damaged is told where it is used.
    return false;
  }
}
