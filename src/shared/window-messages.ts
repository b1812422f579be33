/** What a window may ask of main over IPC; main checks every message against it. */
import { z } from 'zod';

/** The window's number of a call, by which it is cancelled. */
const number = z.int().nonnegative();

export const windowMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), number, name: z.string().max(200), input: z.unknown() }),
  z.strictObject({ kind: z.literal('cancel'), number }),
  /** What `told` has to say from now on; answered with whether the workspace can be reached. */
  z.strictObject({ kind: z.literal('listen') }),
  z.strictObject({ kind: z.literal('choose-files') }),
  z.strictObject({ kind: z.literal('connection') }),
  z.strictObject({ kind: z.literal('connect'), address: z.string().max(2000), remember: z.boolean() }),
  z.strictObject({ kind: z.literal('open-workspace') }),
]);
export type WindowMessage = z.infer<typeof windowMessageSchema>;
