/** What files and folders named on a command line are, by their content. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { openVolume } from '../../volumes/open-volume.ts';
import type { VolumeFile } from '../../volumes/volume-file.ts';

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The header of a volume or a run; null for any other file. */
export function volumeAt(path: string): VolumeFile | null {
  try {
    return openVolume(path);
  } catch {
    // What is wrong with a file is said by the format that reads it.
    return null;
  }
}

/** Regions from single masks, named after their files; null when a file is no mask. */
export function extraMasks(paths: readonly string[]): Record<string, { mask: string }> | null {
  const masks = paths.filter((path) => volumeAt(path)?.volumes === 1);
  if (masks.length < paths.length) return null;
  return Object.fromEntries(masks.map((path) => [maskName(path), { mask: path }]));
}

/** What a mask is called: its label where it has one as BIDS names it, else its file without the ending. */
export function maskName(path: string): string {
  const name = basename(path).replace(/\.(nii|mgh|mgz|hdr|img)(\.gz)?$/i, '');
  return /(?:^|_)label-([^_]+)/.exec(name)?.[1] ?? name;
}
