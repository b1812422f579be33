/** What a workspace takes on the disk. */
import { z } from 'zod';

export const workspaceSizeSchema = z.object({
  recordings: z.number(),
  stimuli: z.number(),
  experiments: z.number(),
  /** The catalog and whatever else lies there. */
  rest: z.number(),
  total: z.number(),
  /** Free on the same disk. */
  free: z.number(),
});
/** Bytes. */
export type WorkspaceSize = z.infer<typeof workspaceSizeSchema>;
