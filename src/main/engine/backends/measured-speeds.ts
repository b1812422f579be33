/** How fast the doctor found each backend on this computer, kept so that `auto` can take the fastest. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type BackendName, backendNameSchema } from '../../../shared/experiment.ts';
import { readJson, writeJsonAtomic } from '../../files/atomic.ts';
import { sha256 } from '../../files/hash.ts';
import { engineCacheFolder } from '../install/cache-folder.ts';

const measuredSchema = z.array(z.object({ name: backendNameSchema, milliseconds: z.number().positive() }));
export type MeasuredSpeeds = z.infer<typeof measuredSchema>;

/** A GPU must be worth leaving compiled, bit-reproducible steps for. */
const WORTH_CHANGING = 1.2;

/** One per computer: the cache may lie in a home folder that a cluster's nodes share. */
function measuredFile(): string {
  return join(engineCacheFolder(), 'engine', `measured-${sha256(hostname()).slice(0, 12)}.json`);
}

/** @throws CortextError as `writeJsonAtomic` */
export function keepMeasuredSpeeds(speeds: MeasuredSpeeds): void {
  writeJsonAtomic(measuredFile(), speeds);
}

/**
 * What `auto` tries, in this order.
 *
 * @param begunWith - by an experiment that goes on: it stays there, whatever was measured meanwhile, so that its weights are
 *   those of an uninterrupted run. Only from `wasm`, taken for want of anything else, it moves to what was installed since.
 */
export function preferenceOrder(begunWith: BackendName | null): readonly BackendName[] {
  const order = orderBySpeed(measuredSpeeds());
  return begunWith === null || begunWith === 'wasm' ? order : [begunWith, ...order.filter((name) => name !== begunWith)];
}

function measuredSpeeds(): MeasuredSpeeds {
  try {
    return readJson(measuredFile(), measuredSchema, 'INTERNAL');
  } catch {
    // Never measured, or by another version.
    return [];
  }
}

/** @param speeds - of the backends that worked when they were measured */
export function orderBySpeed(speeds: MeasuredSpeeds): readonly BackendName[] {
  const of = (wanted: BackendName) => speeds.find(({ name }) => name === wanted)?.milliseconds;
  const [tensorflow, webgpu] = [of('tensorflow'), of('webgpu')];
  const gpuFirst = tensorflow !== undefined && webgpu !== undefined && webgpu * WORTH_CHANGING < tensorflow;
  return gpuFirst ? ['webgpu', 'tensorflow', 'wasm'] : ['tensorflow', 'webgpu', 'wasm'];
}
