/** How a simulated subject is scanned. */
import { z } from 'zod';
import { CortextError } from '../../../../shared/errors.ts';

export const scanOptionsSchema = z.strictObject({
  /** Seconds from one volume to the next. */
  repetitionTime: z.number().min(0.5).max(6).default(2.5),
  stimulusSeconds: z.number().min(0.5).max(20).default(3),
  /** Blank screen after each picture, seconds. */
  restSeconds: z.number().min(0).max(20).default(2),
  /** Also write every run as an fMRIPrep derivative, without the effects of movement. Doubles the size. */
  preprocessed: z.boolean().default(false),
});
export type ScanOptions = z.output<typeof scanOptionsSchema>;
export type ScanRequest = z.input<typeof scanOptionsSchema>;

/** @throws CortextError `INVALID_ARGUMENT` naming the option */
export function resolveScanOptions(request: ScanRequest): ScanOptions {
  const parsed = scanOptionsSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CortextError('INVALID_ARGUMENT', `Scanner option ${issue.path.join('.')}: ${issue.message}.`, {
    hint: 'Every option can be left out: a volume every 2.5 s, pictures for 3 s with 2 s of rest.',
  });
}
