/** Task: long work that a window starts and can leave, find again, and cancel. */
import { z } from 'zod';
import { errorEnvelopeSchema } from './experiment.ts';

export const taskSchema = z.object({
  id: z.string(),
  /** The call that started it. */
  kind: z.string(),
  /** What it does, in a few words. */
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What it does just now; `done` of `total` where that is known. */
  progress: z.object({ text: z.string(), done: z.number().nullable(), total: z.number().nullable() }).nullable(),
  /** As `taskResults` of the contract says, once it is done. */
  result: z.unknown(),
  error: errorEnvelopeSchema.nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type Task = z.infer<typeof taskSchema>;
export type TaskProgress = NonNullable<Task['progress']>;
