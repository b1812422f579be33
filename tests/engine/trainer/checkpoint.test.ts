import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  listCheckpoints,
  readCheckpoint,
  readNewestCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../../src/main/engine/trainer/checkpoint.ts';
import type { CortextError } from '../../../src/shared/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function checkpointAt(step: number): Checkpoint<{ seen: number }> {
  return {
    step,
    tensors: new Map([
      ['generator/kernel', { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-30, step) }],
      ['rate', { shape: [], values: Float32Array.of(0.25) }],
    ]),
    state: { seen: step * 16 },
  };
}

describe('checkpoints', () => {
  it('give back every weight bit for bit, and the state beside them', () => {
    const path = writeCheckpoint(temporaryFolder(), checkpointAt(400));
    const read = readCheckpoint<{ seen: number }>(path);
    expect(read.step).toBe(400);
    expect(read.state).toEqual({ seen: 6400 });
    expect(read.tensors.get('generator/kernel')).toEqual(checkpointAt(400).tensors.get('generator/kernel'));
    expect(read.tensors.get('rate')).toEqual({ shape: [], values: Float32Array.of(0.25) });
  });

  it('are safetensors files: header length, JSON header, data at the stated offsets', () => {
    const bytes = readFileSync(writeCheckpoint(temporaryFolder(), checkpointAt(1)));
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { data_offsets: number[] }>;
    const [start] = header.rate.data_offsets;
    expect(bytes.readFloatLE(8 + length + start)).toBe(0.25);
    expect((8 + length) % 8).toBe(0);
  });

  it('keep the last two', () => {
    const folder = temporaryFolder();
    for (const step of [100, 200, 300]) writeCheckpoint(folder, checkpointAt(step));
    expect(listCheckpoints(folder)).toEqual([300, 200]);
  });

  it('that are damaged are told of and passed over for the one before', () => {
    const folder = temporaryFolder();
    writeCheckpoint(folder, checkpointAt(100));
    const newest = writeCheckpoint(folder, checkpointAt(200));
    const bytes = readFileSync(newest);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(newest, bytes);
    const damage: CortextError[] = [];
    const read = readNewestCheckpoint(folder, (error) => damage.push(error));
    expect(read?.step).toBe(100);
    expect(damage.map((error) => error.code)).toEqual(['CHECKPOINT_DAMAGED']);
    expect(damage[0].message).toContain(newest);
  });

  it('that are cut off anywhere are refused, never read in part', () => {
    const folder = temporaryFolder();
    const whole = readFileSync(writeCheckpoint(folder, checkpointAt(100)));
    const path = join(folder, 'cut.safetensors');
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(() => readCheckpoint(path)).toThrowError(expect.objectContaining({ code: 'CHECKPOINT_DAMAGED' }) as Error);
    }
  });
});
