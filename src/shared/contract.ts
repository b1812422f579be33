/**
 * The contract: every call that a window can make, and every event that it hears.
 *
 * A call has a schema of its input and one of its output; an event has one of its payload. The same map serves Electron's
 * IPC, HTTP with WebSocket, and direct calls: adapters carry it and add nothing. Pictures and volumes never pass through
 * here: they are fetched by URL (`data-routes.ts`).
 */
import { z } from 'zod';
import {
  annotationsSchema,
  catalogRebuildSchema,
  experimentDetailsSchema,
  experimentListSchema,
  experimentQuerySchema,
  recordingRowSchema,
} from './catalog.ts';
import { compareRequestSchema, manyComparedSchema } from './comparison.ts';
import { doctorReportSchema } from './doctor.ts';
import { engineEventSchema } from './engine-protocol.ts';
import { estimateSchema } from './estimate.ts';
import { evaluationSchema, methodSchema } from './evaluation.ts';
import {
  backendChoiceSchema,
  experimentStatusSchema,
  historyLineSchema,
  presetSchema,
  signOffSchema,
  splitSpecSchema,
} from './experiment.ts';
import { comparableExperimentSchema, exportedFileSchema, galleryExportSchema } from './gallery.ts';
import { idSchema } from './ids.ts';
import {
  addStimuliSchema,
  courseRequestSchema,
  coursesSchema,
  folderListingSchema,
  importedSchema,
  importPreviewSchema,
  importRequestSchema,
  newUploadSchema,
  pathSchema,
} from './imports.ts';
import { preprocessingStepSchema, recordingMetadataSchema, sourceFileSchema } from './recording.ts';
import { foundRegionSchema, regionListSchema, regionRequests, voxelStatisticSchema } from './regions.ts';
import { taskSchema } from './task.ts';
import { logTailSchema, shownSplitSchema, splitRequestSchema, trainingQueueSchema } from './training.ts';
import { workspaceSizeSchema } from './workspace-care.ts';

const nothing = z.strictObject({});
const id = idSchema;
const byId = z.strictObject({ id });

export const workspaceInfoSchema = z.object({
  folder: z.string(),
  cortextVersion: z.string(),
  recordings: z.int(),
  experiments: z.int(),
  /** Of the computer that computes, which need not be the one that shows. */
  computer: z.object({ host: z.string(), platform: z.string(), cores: z.int(), memoryBytes: z.number() }),
});
export type WorkspaceInfo = z.infer<typeof workspaceInfoSchema>;

export const recordingDetailsSchema = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  contentHash: z.string(),
  samples: z.int(),
  voxels: z.int(),
  stimuli: z.int(),
  regions: z.array(z.object({ name: z.string(), voxels: z.int() })),
  /** Every region that is not a union of others. */
  defaultRegions: z.array(z.string()),
  /** How the recording can be split into training and test, and into how many folds. */
  splits: z.array(z.object({ kind: z.string(), folds: z.int() })),
  quality: recordingMetadataSchema.shape.quality,
  preprocessing: z.array(preprocessingStepSchema),
  sources: z.array(sourceFileSchema),
  /** Content hashes of the first stimuli, for a look. */
  firstStimuli: z.array(z.string()),
  /** Whether there is a picture of its regions in the head. */
  slices: z.boolean(),
  /** Samples whose picture is known by name only, so that it can be added. */
  samplesWithoutPicture: z.int(),
});
export type RecordingDetails = z.infer<typeof recordingDetailsSchema>;

export const newExperimentSchema = z.strictObject({
  recording: id,
  preset: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  /** Default: every region that is not a union of others. */
  regions: z.array(z.string()).min(1).optional(),
  /** Default: the split that came with the data. */
  split: splitSpecSchema.optional(),
  signOffs: z.array(signOffSchema).optional(),
  seed: z.int().nonnegative().optional(),
  backend: backendChoiceSchema.optional(),
  /** Single settings that differ from the preset, by dotted path. */
  settings: z.record(z.string(), z.string()).optional(),
});
export type NewExperimentInput = z.infer<typeof newExperimentSchema>;

/** A test stimulus and which methods drew it. */
export const galleryEntrySchema = z.object({
  /** Place in the evaluation: names its reconstructions. */
  index: z.int().nonnegative(),
  /** Content hash of the stimulus. */
  stimulus: z.string(),
  name: z.string(),
  category: z.string().nullable(),
  trials: z.int().positive(),
  methods: z.array(methodSchema),
});
export type GalleryEntry = z.infer<typeof galleryEntrySchema>;

export const gallerySchema = z.object({ evaluation: evaluationSchema, entries: z.array(galleryEntrySchema) });
export type Gallery = z.infer<typeof gallerySchema>;

function call<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return { input, output };
}

export const calls = {
  'workspace.show': call(nothing, workspaceInfoSchema),
  /** Counts bytes; the task's result is the size. */
  'workspace.measure': call(nothing, taskSchema),
  /** Reads all folders again: whatever was copied in, taken out or trained elsewhere is in the history afterwards. */
  'workspace.catchUp': call(nothing, taskSchema),

  'recordings.list': call(nothing, z.array(recordingRowSchema)),
  'recordings.show': call(byId, recordingDetailsSchema),

  'regions.list': call(regionRequests.list, regionListSchema),
  /** What a definition would find; defines nothing. */
  'regions.preview': call(regionRequests.preview, z.array(foundRegionSchema)),
  'regions.define': call(regionRequests.define, z.array(foundRegionSchema.extend({ name: z.string() }))),
  'regions.rename': call(regionRequests.rename, nothing),
  'regions.remove': call(regionRequests.remove, nothing),
  'regions.colour': call(regionRequests.colour, nothing),
  /** Computes a statistic of every voxel, or finds it computed. */
  'regions.statistic': call(regionRequests.statistic, voxelStatisticSchema),
  /** Folders of the computer that computes; null is the home folder. */
  'files.browse': call(z.strictObject({ folder: pathSchema.nullable() }), folderListingSchema),

  /** Opens an upload; its files are put to `dataRoutes.uploaded`. */
  'imports.upload': call(newUploadSchema, z.object({ upload: z.string() })),
  /** Takes an upload's files away. */
  'imports.discard': call(z.strictObject({ upload: idSchema }), nothing),
  /** What an import would bring; the task's result is an `ImportPreview`. */
  'imports.look': call(importRequestSchema, taskSchema),
  /** What steps do to a voxel of a look. */
  'imports.course': call(courseRequestSchema, coursesSchema),
  /** The recipe as a file to keep. */
  'imports.recipe': call(importRequestSchema, z.object({ text: z.string() })),
  /** Imports; an upload is gone afterwards. The task's result says which recording it is. */
  'imports.start': call(importRequestSchema, taskSchema),
  /** A recording like this one with images that it lacked. */
  'imports.addStimuli': call(addStimuliSchema, taskSchema),

  'presets.list': call(nothing, z.array(presetSchema)),

  'experiments.list': call(experimentQuerySchema, experimentListSchema),
  'experiments.show': call(byId, z.object({ details: experimentDetailsSchema, status: experimentStatusSchema })),
  'experiments.create': call(newExperimentSchema, z.object({ id: z.string() })),
  /** Starts, resumes or goes on after a crash, from wherever the experiment stands; while another trains, it waits for its turn. */
  'experiments.run': call(byId, experimentStatusSchema),
  'experiments.pause': call(byId, experimentStatusSchema),
  /** Ends training now and scores what was learnt. */
  'experiments.stop': call(byId, experimentStatusSchema),
  /** Gives it more steps (the new total), to be run afterwards. */
  'experiments.extend': call(z.strictObject({ id, steps: z.int().positive() }), experimentStatusSchema),
  /** Lines of the history after the first `known` ones. */
  'experiments.history': call(
    z.strictObject({ id, known: z.int().nonnegative().default(0) }),
    z.array(historyLineSchema),
  ),
  /** Steps at which the fixed samples were drawn, ascending. */
  'experiments.samples': call(byId, z.array(z.int())),
  'experiments.gallery': call(byId, gallerySchema),
  'experiments.annotate': call(
    z.strictObject({
      id,
      tags: annotationsSchema.shape.tags.optional(),
      note: z.string().max(100_000).optional(),
      archived: z.boolean().optional(),
    }),
    annotationsSchema,
  ),
  'experiments.compare': call(compareRequestSchema, manyComparedSchema),
  /** Writes the report and the sheet into the experiment's folder. */
  'experiments.report': call(byId, taskSchema),
  'experiments.tags': call(nothing, z.array(z.object({ tag: z.string(), experiments: z.int() }))),

  'training.split': call(splitRequestSchema, shownSplitSchema),
  /** Measures what it would take on this computer, once per network and recording; the task's result is the estimate. */
  'training.estimate': call(newExperimentSchema, taskSchema),
  'training.queue': call(nothing, trainingQueueSchema),
  'training.log': call(byId, logTailSchema),

  /** Experiments that can stand beside this one, newest first. */
  'gallery.comparable': call(byId, z.array(comparableExperimentSchema)),
  /** Writes what is shown, as it is sorted and filtered, into the experiment's folder. */
  'gallery.export': call(galleryExportSchema, taskSchema),

  /** Finds out what trains on this computer, and how fast; the task's result is the report. */
  'engine.diagnose': call(nothing, taskSchema),
  'engine.install': call(z.strictObject({ gpu: z.boolean().default(false) }), taskSchema),

  /** Running tasks, and those that ended since the program started. */
  'tasks.list': call(nothing, z.array(taskSchema)),
  'tasks.cancel': call(byId, taskSchema),
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
/** What a handler gets: validated, with defaults. */
export type CallRequest<N extends CallName> = z.output<(typeof calls)[N]['input']>;

export const events = {
  /** What an engine tells about its experiment. */
  'experiment.event': z.object({ id: z.string(), event: engineEventSchema }),
  /** An experiment was created, changed its state or was annotated. */
  'experiment.changed': z.object({ id: z.string() }),
  'recordings.changed': z.object({ id: z.string() }),
  /** Anything may have changed. */
  'workspace.changed': z.object({}),
  'task.changed': taskSchema,
  'queue.changed': trainingQueueSchema,
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
/** Any event with its payload. */
export type ContractEvent = { [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> } }[EventName];

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/** Results of tasks by kind; a task of a kind that is not here has none. */
export const taskResults = {
  'imports.look': importPreviewSchema,
  'imports.start': importedSchema,
  'imports.addStimuli': importedSchema,
  'workspace.measure': workspaceSizeSchema,
  'workspace.catchUp': catalogRebuildSchema,
  'engine.diagnose': doctorReportSchema,
  'training.estimate': estimateSchema,
  'gallery.export': exportedFileSchema,
  'experiments.report': z.object({ report: z.string(), sheet: z.string() }),
} as const;
