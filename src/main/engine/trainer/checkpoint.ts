/**
 * Checkpoints: one file each, wholly there or not at all.
 *
 * The format is safetensors (8-byte header length, JSON header, raw little-endian data), which Python reads without
 * Cortext. `__metadata__.state` holds the rest of the training state as JSON, `__metadata__.sha256` guards both:
 * a damaged checkpoint is never resumed from silently.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../files/atomic.ts';
import { sha256 } from '../../files/hash.ts';

export interface CheckpointTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Checkpoint<State> {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /** Everything else that decides how training goes on: random state, data order, balance, time spent. */
  readonly state: State;
}

const tensorSchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
type TensorEntry = z.infer<typeof tensorSchema>;

const metadataSchema = z.object({
  format: z.literal('cortext-checkpoint-1'),
  step: z.coerce.number(),
  state: z.string(),
  sha256: z.string(),
});

const extension = '.safetensors';

export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}${extension}`;
}

/**
 * Writes a checkpoint and removes all but the newest `keep`.
 *
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`; older checkpoints are still there then
 */
export function writeCheckpoint<State>(folder: string, checkpoint: Checkpoint<State>, keep = 2): string {
  mkdirSync(folder, { recursive: true });
  const entries: Record<string, TensorEntry> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of checkpoint.tensors) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    entries[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    parts.push(bytes);
  }
  const state = JSON.stringify(checkpoint.state);
  const header = Buffer.from(
    JSON.stringify({
      // The format allows only text here.
      __metadata__: {
        format: 'cortext-checkpoint-1',
        step: String(checkpoint.step),
        state,
        sha256: sha256(state, ...parts),
      },
      ...entries,
    }),
  );
  // Data starts at a multiple of eight bytes; the header is padded with spaces, as the format prescribes.
  const padded = Buffer.alloc(Math.ceil(header.length / 8) * 8, ' ');
  header.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const path = join(folder, checkpointName(checkpoint.step));
  writeFileAtomic(path, [length, padded, ...parts]);
  for (const old of listCheckpoints(folder).slice(keep)) rmSync(join(folder, checkpointName(old)), { force: true });
  return path;
}

/** Steps of the checkpoints in a folder, newest first. */
export function listCheckpoints(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => b - a);
}

/** @throws CortextError `CHECKPOINT_DAMAGED` naming the file and what is wrong with it */
export function readCheckpoint<State>(path: string): Checkpoint<State> {
  const damaged = (what: string, cause?: unknown) =>
    new CortextError('CHECKPOINT_DAMAGED', `${path} is damaged: ${what}.`, {
      hint: 'Remove the file; training then goes on from the checkpoint before it.',
      cause,
    });
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw toCortextError(error, path);
  }
  if (bytes.length < 8) throw damaged('it is shorter than its own header');
  const headerLength = Number(bytes.readBigUInt64LE(0));
  if (headerLength > bytes.length - 8) throw damaged('its header is cut off');
  let metadata: z.infer<typeof metadataSchema>;
  let entries: Record<string, TensorEntry>;
  let state: State;
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength));
    const { __metadata__, ...rest } = z.looseObject({ __metadata__: metadataSchema }).parse(header);
    metadata = __metadata__;
    entries = z.record(z.string(), tensorSchema).parse(rest);
    // Written by writeCheckpoint of the same State; its content is guarded by the hash of the file it came from.
    state = JSON.parse(metadata.state) as State;
  } catch (error) {
    throw damaged('its header is not readable', error);
  }
  const data = bytes.subarray(8 + headerLength);
  if (sha256(metadata.state, data) !== metadata.sha256) throw damaged('its content does not match its hash');
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const [start, end] = entry.data_offsets;
    // A copy, because a float view needs an offset divisible by four in its buffer.
    const values = new Float32Array(new Uint8Array(data.subarray(start, end)).buffer);
    tensors.set(name, { shape: entry.shape, values });
  }
  return { step: metadata.step, tensors, state };
}

/**
 * The newest checkpoint that is whole, or null.
 *
 * @param onDamaged - told of each damaged file that was passed over
 */
export function readNewestCheckpoint<State>(
  folder: string,
  onDamaged: (error: CortextError) => void,
): Checkpoint<State> | null {
  for (const step of listCheckpoints(folder)) {
    try {
      return readCheckpoint<State>(join(folder, checkpointName(step)));
    } catch (error) {
      if (!(error instanceof CortextError)) throw error;
      onDamaged(error);
    }
  }
  return null;
}
