/**
 * What volumes, tables and masks cannot say of a recording that is exported as BIDS: names with characters that labels of
 * BIDS do not have, numbers that a header rounds, and what was done to the responses. The sidecar of the volumes says it.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { preprocessingStepSchema, recordingSpaceSchema } from '../../../shared/recording.ts';

export const samplesSidecarSchema = z.object({
  Description: z.string().optional(),
  Subject: z.string().min(1).optional(),
  /** Four rows, voxel indices to millimetres; the header of the volumes rounds them to float32. */
  Affine: recordingSpaceSchema.shape.affine.optional(),
  /** In the order of the recording. `Label` finds the mask. */
  Regions: z.array(z.object({ Label: z.string().min(1), Name: z.string().min(1) })).optional(),
  Preprocessing: z.array(preprocessingStepSchema).optional(),
});
export type SamplesSidecar = z.infer<typeof samplesSidecarSchema>;

/**
 * @param paths - sidecars that apply to the volumes, the most general first
 * @throws CortextError `FILE_DAMAGED` for one that is no JSON, or whose entries are of another kind
 */
export function readSamplesSidecar(paths: readonly string[]): SamplesSidecar {
  return paths.reduce<SamplesSidecar>((sum, path) => ({ ...sum, ...readOne(path) }), {});
}

function readOne(path: string): SamplesSidecar {
  try {
    return samplesSidecarSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const what = issue === undefined ? 'is not valid JSON' : `at ${issue.path.map(String).join('.')}: ${issue.message}`;
    throw new CortextError('FILE_DAMAGED', `${path} ${what}.`, { hint: 'Correct the sidecar, or take it away.', cause: error });
  }
}
