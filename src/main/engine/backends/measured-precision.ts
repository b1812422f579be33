/** Whether the doctor found mixed precision faster on this computer, kept so that `auto` can take it. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import type { Precision, PrecisionChoice } from '../../../shared/experiment.ts';
import { readJson, writeJsonAtomic } from '../../files/atomic.ts';
import { sha256 } from '../../files/hash.ts';
import { engineCacheFolder } from '../install/cache-folder.ts';
import type { Backend } from './start-backend.ts';

/** Of one training step of the same network in either precision; it holds for the library and device it was found on. */
export const precisionFindingSchema = z.object({
  device: z.string(),
  version: z.string(),
  float32Milliseconds: z.number().positive(),
  mixedMilliseconds: z.number().positive(),
});
export type PrecisionFinding = z.infer<typeof precisionFindingSchema>;

/** Fewer digits must be worth it. */
const WORTH_CHANGING = 1.1;

/** One per computer: the cache may lie in a home folder that a cluster's nodes share. */
function findingFile(): string {
  return join(engineCacheFolder(), 'engine', `precision-${sha256(hostname()).slice(0, 12)}.json`);
}

/** @throws CortextError as `writeJsonAtomic` */
export function keepPrecisionFinding(finding: PrecisionFinding): void {
  writeJsonAtomic(findingFile(), finding);
}

export function mixedPays({ float32Milliseconds, mixedMilliseconds }: PrecisionFinding): boolean {
  return float32Milliseconds > WORTH_CHANGING * mixedMilliseconds;
}

/**
 * The precision that a choice means on a backend: `auto` is what the experiment began with, or mixed where the doctor
 * found it faster, or float32.
 *
 * @param before - of an experiment that goes on; null at its start
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when `mixed` was asked for where steps are not compiled
 */
export function choosePrecision(choice: PrecisionChoice, backend: Backend, before: Precision | null): Precision {
  const compiles = backend.binding !== undefined;
  if (choice === 'mixed' && !compiles) throw mixedNeedsCompiling(backend.name);
  if (choice !== 'auto') return choice;
  if (!compiles) return 'float32';
  const finding = findingFor(backend);
  return before ?? (finding !== null && mixedPays(finding) ? 'mixed' : 'float32');
}

export function mixedNeedsCompiling(backend: string): CortextError {
  return new CortextError('ENGINE_BACKEND_UNAVAILABLE', `Mixed precision needs compiled steps; ${backend} has none.`, {
    hint: 'Use --precision float32, or run: npm run cortext -- engine install',
  });
}

function findingFor({ device, version }: Backend): PrecisionFinding | null {
  try {
    const finding = readJson(findingFile(), precisionFindingSchema, 'INTERNAL');
    return finding.device === device && finding.version === version ? finding : null;
  } catch {
    // Never measured, or by another version.
    return null;
  }
}
