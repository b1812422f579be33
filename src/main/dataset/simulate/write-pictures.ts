/** The drawn pictures as files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';
import { encodePngPixels } from '../image-set.ts';
import type { SimulatedCortex } from './subject.ts';

export interface WriteProgress {
  readonly phase: 'files' | 'volumes';
  readonly done: number;
  readonly total: number;
}

export interface WriteCallbacks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WriteProgress) => void;
}

/** Writes `train-0001.png` and so on into a new folder. @throws CortextError `CANCELLED`, and errors of the disk */
export async function writePictures(
  folder: string,
  { stimuli, pixels, options }: Pick<SimulatedCortex, 'stimuli' | 'pixels' | 'options'>,
  { signal, onProgress }: WriteCallbacks,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const size = options.imageSize;
  const area = size * size * 3;
  for (const [index, { name }] of stimuli.entries()) {
    const data = pixels.subarray(index * area, (index + 1) * area);
    writeFileSync(join(folder, `${name}.png`), encodePngPixels({ width: size, height: size, channels: 3, data }));
    if (index % 8 !== 7) continue;
    await yieldToOthers();
    if (signal?.aborted) throw new CortextError('CANCELLED', 'Writing the simulated subject was cancelled.');
    onProgress?.({ phase: 'files', done: index + 1, total: stimuli.length });
  }
  onProgress?.({ phase: 'files', done: stimuli.length, total: stimuli.length });
}
