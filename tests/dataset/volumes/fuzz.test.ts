/**
 * Damaged volumes, surfaces and tables: no crash, no hang, no memory beyond the limit, and always a coded error.
 *
 * `CORTEXT_FUZZ` sets how many inputs are tried; another `CORTEXT_FUZZ_SEED` tries others.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { extractSeries } from '../../../src/main/dataset/volumes/extract-series.ts';
import { parseAnnotation, parseLabel, parseSurface } from '../../../src/main/dataset/volumes/freesurfer-surface.ts';
import { parseLabelTable } from '../../../src/main/dataset/volumes/label-table.ts';
import { openVolume } from '../../../src/main/dataset/volumes/open-volume.ts';
import { meanVolume, readVolume } from '../../../src/main/dataset/volumes/read-volume.ts';
import { CortextError } from '../../../src/shared/errors.ts';
import { Random } from '../../../src/shared/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { niftiBytes } from './nifti-bytes.ts';

const attempts = Number(process.env.CORTEXT_FUZZ ?? 1000);
const random = new Random(Number(process.env.CORTEXT_FUZZ_SEED ?? 3));
const fixture = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

interface Target {
  readonly name: string;
  readonly sound: Uint8Array;
  /** Damage falls before this byte most of the time. */
  readonly headerBytes: number;
  readonly read: (path: string, bytes: Uint8Array) => unknown;
}

async function readEverything(path: string): Promise<void> {
  const file = openVolume(path);
  await readVolume(file, file.volumes - 1);
  await meanVolume(file);
  await extractSeries([path], [0]);
}

const shape = [5, 4, 3, 6];
const qform = { code: 1, quaternion: [0.1, 0.2, 0.3], offset: [1, 2, 3] };
const volume = (name: string, sound: Uint8Array, headerBytes: number): Target => ({
  name,
  sound,
  headerBytes,
  read: readEverything,
});
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const targets: readonly Target[] = [
  volume('NIfTI-1', niftiBytes({ shape }), 352),
  volume('NIfTI-1 with qform, big-endian', niftiBytes({ shape, qform, littleEndian: false, datatype: 'float32' }), 352),
  volume('NIfTI-2', niftiBytes({ shape, version: 2, datatype: 'int64' }), 544),
  volume('NIfTI-2, big-endian', niftiBytes({ shape, version: 2, qform, littleEndian: false }), 544),
  volume('MGH', gunzipSync(fixture('labels.mgz')), 90),
  {
    name: 'annotation',
    sound: fixture('lh.test.annot'),
    headerBytes: 480,
    read: (path, bytes) => parseAnnotation(bytes, path),
  },
  { name: 'surface', sound: fixture('lh.test'), headerBytes: 80, read: (path, bytes) => parseSurface(bytes, path) },
  {
    name: 'label',
    sound: fixture('lh.test.label'),
    headerBytes: 60,
    read: (path, bytes) => parseLabel(text(bytes), path),
  },
  {
    name: 'table of labels',
    sound: Buffer.from('index\tname\n1\tV1\n2\t"V2, left"\n'),
    headerBytes: 20,
    read: (path, bytes) => parseLabelTable(text(bytes), path),
  },
];

/** What counts and sizes are likely to be mistaken for. */
const extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];

function damage({ sound, headerBytes }: Target): Uint8Array {
  const bytes = Uint8Array.from(sound);
  for (let change = 1 + random.integer(5); change > 0; change--) {
    const reach = random.uniform() < 0.85 ? Math.min(headerBytes, bytes.length) : bytes.length;
    const value = random.uniform() < 0.5 ? extremes[random.integer(extremes.length)] : random.integer(256);
    bytes[random.integer(reach)] = value;
  }
  return random.uniform() < 0.1 ? bytes.subarray(0, random.integer(bytes.length)) : bytes;
}

/** Half of the volumes are damaged before they are compressed, some after, some are followed by a great deal of nothing. */
function pack(target: Target): Uint8Array {
  const damaged = damage(target);
  const choice = random.uniform();
  if (target.read !== readEverything || choice < 0.5) return damaged;
  if (choice < 0.85) return gzipSync(damaged, { level: 1 });
  if (choice < 0.97) return damage({ ...target, sound: gzipSync(target.sound), headerBytes: 20 });
  return gzipSync(Buffer.concat([damaged, Buffer.alloc(16 << 20)]), { level: 1 });
}

/** Megabytes that reading may take beyond what the process has. */
const MEMORY_LIMIT = 300;
/** A hang, in milliseconds; how fast it is on a busy computer is not the question. */
const HANG = 20_000;

it(`damaged in ${attempts} ways, files give values or coded errors, soon and in little memory`, async () => {
  const folder = temporaryFolder();
  const before = process.memoryUsage.rss();
  const outcomes = new Map<string, number>();
  let slowest = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const target = targets[attempt % targets.length];
    const path = join(folder, 'file');
    const bytes = pack(target);
    writeFileSync(path, bytes);
    const started = performance.now();
    let outcome = 'read';
    try {
      await target.read(path, bytes);
    } catch (error) {
      const coded = error instanceof CortextError && error.class === 'data';
      expect(coded, `${target.name}, attempt ${attempt}: ${String(error)}`).toBe(true);
      outcome = (error as CortextError).code;
    }
    slowest = Math.max(slowest, performance.now() - started);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(MEMORY_LIMIT);
  expect(slowest).toBeLessThan(HANG);
  // The damage reaches what it should: both ends, and more than one kind of refusal.
  expect(outcomes.get('read')).toBeGreaterThan(0);
  expect(outcomes.size).toBeGreaterThan(4);
}, 600_000);
