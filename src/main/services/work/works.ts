/** Work that must not hold up the process in which windows are served: it decodes, draws, reads or packs a lot. */
import { galleryExportSchema, type ExportedFile, type GalleryExport } from '../../../shared/gallery.ts';
import { courseRequestSchema, type Courses, type Imported, type ImportPreview } from '../../../shared/imports.ts';
import { workspaceLayout } from '../../../shared/workspace-layout.ts';
import { exportGallery } from '../gallery-export.ts';
import { createImportLooks, type CourseRequest } from '../import-looks.ts';
import { loadImport } from '../import-source.ts';
import {
  bringRecording,
  bringStimuli,
  inWords,
  recordingToBringSchema,
  stimuliToBringSchema,
  type RecordingToBring,
  type StimuliToBring,
} from './bring-recording.ts';
import { computeStatistic, statisticJobSchema, type StatisticJob } from './compute-statistic.ts';
import type { WorkProgress } from './work-process.ts';

/** What each kind of work takes and gives, beside the workspace's folder. */
export interface Works {
  'gallery.export': { readonly input: GalleryExport; readonly output: ExportedFile };
  'voxels.statistic': { readonly input: StatisticJob; readonly output: null };
  /** The look is kept: its time courses can be asked for until the process ends. */
  'imports.look': { readonly input: RecordingToBring; readonly output: ImportPreview };
  'imports.course': { readonly input: CourseRequest; readonly output: Courses };
  'imports.start': { readonly input: RecordingToBring; readonly output: Imported };
  'imports.addStimuli': { readonly input: StimuliToBring; readonly output: Imported };
}
export type WorkName = keyof Works;

export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: WorkProgress;
}

type Doers = {
  readonly [N in WorkName]: (input: unknown, options: WorkOptions) => Promise<Works[N]['output']>;
};

export interface WorkRoom {
  do(name: WorkName, input: unknown, options: WorkOptions): Promise<unknown>;
  /** Takes away what was kept between calls. */
  close(): void;
}

/** @param root - of the workspace */
export function createWorks(root: string): WorkRoom {
  const looks = createImportLooks(workspaceLayout(root).staging);
  const doers: Doers = {
    'gallery.export': (input) => exportGallery(root, galleryExportSchema.parse(input)),
    'voxels.statistic': async (input) => Promise.resolve(computeStatistic(root, statisticJobSchema.parse(input))),
    'imports.look': async (input, { signal, onProgress }) => {
      const { data, recipe } = recordingToBringSchema.parse(input);
      return looks.look(await loadImport(data, recipe, signal), { signal, onProgress: inWords(onProgress) });
    },
    'imports.course': (input, { signal }) => looks.course(courseRequestSchema.parse(input), signal),
    'imports.start': (input, options) => bringRecording(root, recordingToBringSchema.parse(input), options),
    'imports.addStimuli': (input, options) => bringStimuli(root, stimuliToBringSchema.parse(input), options),
  };
  return {
    do: (name, input, options) => doers[name](input, options),
    close: () => {
      looks.close();
    },
  };
}
