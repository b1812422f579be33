/** What a window asks before and while it trains: how a split falls, what waits, what the engine has said. */
import { z } from 'zod';
import { leakageKindSchema, splitSpecSchema } from './experiment.ts';
import { idSchema } from './ids.ts';

export const splitRequestSchema = z.strictObject({
  recording: idSchema,
  split: splitSpecSchema,
  /** Regions that a user defined may have been chosen by responses of test samples. Default: none of them. */
  regions: z.array(z.string()).optional(),
});

/** Folds that a picture shows at most; of more, every n-th. */
export const MOST_DRAWN_FOLDS = 60;
/** Samples beside one another at most; of more, a cell stands for several and shows a test sample rather than others. */
export const MOST_DRAWN_SAMPLES = 600;

export const shownSplitSchema = z.object({
  samples: z.int(),
  folds: z.int(),
  /** The fold that was asked for: what it tests on in words, and samples in each part. */
  chosen: z.object({ fold: z.int(), tests: z.string(), train: z.int(), test: z.int(), leftOut: z.int() }),
  /** Every way in which the chosen fold's test samples could be known before; training is refused until each is signed off. */
  findings: z.array(z.object({ guard: leakageKindSchema, message: z.string() })),
  /** One letter for each cell from left to right: `r` trains, `e` tests, `-` is left out. */
  picture: z.array(z.object({ fold: z.int(), tests: z.string(), cells: z.string() })),
});
export type ShownSplit = z.infer<typeof shownSplitSchema>;

/** Experiments of this program's engines; those that wait start by themselves, first come first served. */
export const trainingQueueSchema = z.object({
  running: z.array(z.string()),
  waiting: z.array(z.string()),
  /** Ran or waited when an earlier program ended. Nothing starts them but the user; pausing one takes it off this list. */
  left: z.array(z.string()),
});
export type TrainingQueue = z.infer<typeof trainingQueueSchema>;

/** Lines at the end of an engine's log. */
export const logTailSchema = z.object({
  lines: z.array(z.string()),
  /** Whether there are earlier lines, which only the file holds. */
  cut: z.boolean(),
});
export type LogTail = z.infer<typeof logTailSchema>;
