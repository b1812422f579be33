/** Addresses of what is too big for calls: pictures, volumes, reports. Both shells serve them under `data/`. */
import type { GalleryFormat } from './gallery.ts';
import type { Method } from './evaluation.ts';

/** Relative to wherever the shell serves data. */
export const dataRoutes = {
  stimulus: (sha256: string): string => `stimuli/${sha256}`,
  /** At most 128 px wide and high. */
  thumbnail: (sha256: string): string => `stimuli/${sha256}/thumbnail`,
  reconstruction: (experiment: string, method: Method, index: number): string =>
    `experiments/${experiment}/reconstructions/${method}/${index}`,
  /** A strip of the fixed test conditions as the network drew them at a step. */
  samples: (experiment: string, step: number): string => `experiments/${experiment}/samples/${step}`,
  report: (experiment: string): string => `experiments/${experiment}/report`,
  /** What was exported last from an experiment's gallery; saved by the browser rather than shown. */
  galleryExport: (experiment: string, format: GalleryFormat): string => `experiments/${experiment}/exports/${format}`,
  sheet: (experiment: string): string => `experiments/${experiment}/sheet`,
  /** The volume to draw a recording's voxels upon (.nii.gz), where `regions.list` says that there is one. */
  reference: (recording: string): string => `recordings/${recording}/reference`,
  /** Labels as `regions.list` explains them: on the grid of the volumes (.nii.gz), or per column (int32). */
  labelVolume: (recording: string, revision: string): string => `recordings/${recording}/label-volumes/${revision}`,
  labelColumns: (recording: string, revision: string): string => `recordings/${recording}/label-columns/${revision}`,
  /** Values of a statistic, by the key of `regions.statistic`: on the grid (.nii.gz), or per column (float64). */
  statisticVolume: (recording: string, key: string): string => `recordings/${recording}/statistic-volumes/${key}`,
  statisticColumns: (recording: string, key: string): string => `recordings/${recording}/statistic-columns/${key}`,
  /** Millimetres of every column, [voxels, 3] (float32), for recordings that have positions but no volumes. */
  positions: (recording: string, contentHash: string): string => `recordings/${recording}/positions/${contentHash}`,
  /** Of a look at data that are not imported yet. */
  importPicture: (look: string, picture: 'contact-sheet' | 'slices'): string => `imports/${look}/${picture}`,
  /** Which images were found, are missing, double or unused, as CSV. */
  stimulusReport: (look: string): string => `imports/${look}/stimuli`,
  /** Where a file of an upload is put. @param path - its folders and name, separated by `/` */
  uploaded: (upload: string, path: string): string =>
    `uploads/${upload}/${path.split('/').map(encodeURIComponent).join('/')}`,
  /** The mean functional volume of a recording on three slices with its regions. */
  recordingSlices: (recording: string): string => `recordings/${recording}/slices`,
} as const;
