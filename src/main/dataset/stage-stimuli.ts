/** Stimuli of a draft as files: encoded once each, with a thumbnail, beside the recording that is being written. */
import { join } from 'node:path';
import type { Stimulus } from '../../shared/recording.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { sha256 } from '../files/hash.ts';
import { encodePng, type ImageSet } from './image-set.ts';
import { encodeThumbnail } from './images/thumbnail.ts';
import type { RecordingDraft } from './recording-draft.ts';

export interface StagingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after each stimulus that was encoded. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/**
 * Writes `<id>.png` and `<id>.thumbnail.png` of every different picture.
 *
 * Those with the same pixels are one stimulus, under the first of their names. Stimuli of one size stand together.
 *
 * @returns stimuli, and the index of the stimulus of every picture of the draft
 * @throws CortextError `CANCELLED`, `NO_SPACE_LEFT`, and what loading pictures throws
 */
export async function stageStimuli(
  draft: Pick<RecordingDraft, 'images' | 'stimuli'>,
  folder: string,
  { signal, onProgress }: StagingOptions,
): Promise<{ stimuli: Stimulus[]; indexOf: number[] }> {
  const stimuli: Stimulus[] = [];
  const known = new Map<string, number>();
  const indexOf: number[] = [];
  const { images } = draft;
  for (const [i, { name, category }] of draft.stimuli.entries()) {
    signal?.throwIfAborted();
    const image = await images.load(i, signal);
    // Repeated presentations often come as repeated images: comparing pixels is cheaper than encoding them.
    const pixels = sha256(`${image.height} ${image.width} ${image.channels}`, pixelBytes(image));
    let index = known.get(pixels);
    if (index === undefined) {
      const png = await encodePng(image);
      const id = sha256(png);
      index = stimuli.findIndex((stimulus) => stimulus.id === id);
      if (index === -1) {
        index = stimuli.length;
        stimuli.push({ id, name, width: image.width, height: image.height, channels: image.channels, category });
        writeFileAtomic(join(folder, `${id}.png`), png);
        writeFileAtomic(join(folder, `${id}.thumbnail.png`), await encodeThumbnail(image));
      }
      known.set(pixels, index);
    }
    indexOf.push(index);
    onProgress?.({ done: indexOf.length, total: draft.stimuli.length });
    // Encoding takes milliseconds for a photograph: cancelling and progress get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return groupBySize(stimuli, indexOf);
}

function groupBySize(
  stimuli: readonly Stimulus[],
  indexOf: readonly number[],
): { stimuli: Stimulus[]; indexOf: number[] } {
  const groups = Map.groupBy(stimuli.keys(), (index) => {
    const { width, height, channels } = stimuli[index];
    return `${height} ${width} ${channels}`;
  });
  const order = [...groups.values()].flat();
  const place = new Map(order.map((from, to) => [from, to]));
  return {
    stimuli: order.map((index) => stimuli[index]),
    indexOf: indexOf.map((index) => place.get(index) ?? index),
  };
}

function pixelBytes({ data }: ImageSet): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
