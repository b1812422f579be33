/** Files of arrays: MATLAB, HDF5, NumPy, tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, inflateSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { openArrays } from '../../../../src/main/dataset/readers/open-arrays.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { damageBytes, damageText, joined, pick } from '../damage.ts';
import { hdf5Bombs } from '../hdf5-bombs.ts';
import type { Target } from '../target.ts';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../readers/fixtures/${name}`, import.meta.url)));

/** Every array whole, as text or in rows: all that an import may ask for. */
async function readAll(path: string): Promise<void> {
  const arrays = await openArrays(path);
  try {
    for (const { name, type, readable, shape } of arrays.list()) {
      if (!readable) continue;
      if (type === 'text') await arrays.readText(name);
      else {
        await arrays.read(name);
        if (shape.length > 1) for await (const block of arrays.readRows(name)) void block;
        if (shape.length === 2) for await (const block of arrays.readBlocks(name)) void block;
      }
    }
  } finally {
    arrays.close();
  }
}

function target(name: string, file: string, share: number, damaged: (random: Random) => Uint8Array | string): Target {
  return {
    name,
    share,
    damaged: (random) => ({ [file]: damaged(random) }),
    read: (folder) => readAll(join(folder, file)),
  };
}

/** Bytes of the structures that HDF5 finds its way by; of the contents only few. */
function hdf5Places(file: Uint8Array): number[] {
  const bytes = Buffer.from(file);
  const starts = [
    '\x89HDF',
    'TREE',
    'SNOD',
    'HEAP',
    'GCOL',
    'OHDR',
    'OCHK',
    'FRHP',
    'FHDB',
    'BTHD',
    'BTLF',
    'FSHD',
  ].flatMap((signature) => {
    const found: number[] = [];
    for (let at = bytes.indexOf(signature, 0, 'latin1'); at !== -1; at = bytes.indexOf(signature, at + 1, 'latin1'))
      found.push(at);
    return found;
  });
  const nearby = starts.flatMap((start) => Array.from({ length: 96 }, (_, i) => start + i));
  // Older object headers have no signature: what is not zero is the next best.
  const written = [...bytes.keys()].filter((at) => bytes[at] !== 0);
  return [...nearby, ...written].filter((at) => at < bytes.length);
}

/** Headers of all variables: types, lengths, flags and dimensions lie in the first bytes of each. */
function matlabPlaces(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const places = Array.from({ length: 8 }, (_, i) => 120 + i);
  for (let at = 128; at + 8 <= file.length;) {
    places.push(...Array.from({ length: 72 }, (_, i) => at + i));
    at += 8 + (view.getUint32(at + 4, true) || 8);
  }
  return places;
}

/** Damage within compressed variables, which are compressed again: the checksum is right, the content is not. */
function damageInflated(sound: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(sound.buffer, sound.byteOffset, sound.byteLength);
  const parts: Uint8Array[] = [sound.subarray(0, 128)];
  for (let at = 128; at + 8 <= sound.length;) {
    const length = view.getUint32(at + 4, true);
    const content = inflateSync(sound.subarray(at + 8, at + 8 + length));
    const hit =
      random.uniform() < 0.3
        ? damageBytes(
            content,
            random,
            Array.from({ length: 64 }, (_, i) => i),
          )
        : content;
    parts.push(...compressedVariable(hit));
    at += 8 + length;
  }
  return joined(...parts);
}

function compressedVariable(content: Uint8Array): Uint8Array[] {
  const packed = deflateSync(content, { level: 1 });
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15, 0);
  tag.writeUInt32LE(packed.length, 4);
  return [tag, packed];
}

/** A variable that unfolds to a great deal of nothing, whether its header says so or not. */
function matlabBomb(random: Random): Uint8Array {
  const side = pick(random, [16, 2000, 4000, 70000, 0x7fffffff]);
  const claimed = pick(random, [0, 8 * side, 1 << 24, 0xffffff00]);
  const head = Buffer.alloc(56);
  [14, 48 + claimed, 6, 8, 6, 0, 5, 8, side, side, 0x10001, 0x61].forEach((word, i) =>
    head.writeUInt32LE(word >>> 0, 4 * i),
  );
  [9, claimed].forEach((word, i) => head.writeUInt32LE(word >>> 0, 48 + 4 * i));
  return joined(
    fixture('types-compressed.mat').subarray(0, 128),
    ...compressedVariable(Buffer.concat([head, Buffer.alloc(1 << 24)])),
  );
}

/** Arrays within an archive that is itself in order. */
function damageEntries(sound: Uint8Array, random: Random): Uint8Array {
  const entries = Object.entries(unzipSync(sound)).map(([name, bytes]): [string, Uint8Array] => {
    if (random.uniform() < 0.7) return [name, bytes];
    return [
      name,
      random.uniform() < 0.5
        ? damageNpyText(bytes, random)
        : damageBytes(
            bytes,
            random,
            Array.from({ length: 128 }, (_, i) => i),
          ),
    ];
  });
  if (random.uniform() < 0.05)
    entries.push([
      'bomb.npy',
      joined(npyHead(pick(random, ['1000000,', '4096, 4096', '99999999999,'])), new Uint8Array(1 << 24)),
    ]);
  return zipSync(Object.fromEntries(entries), { level: random.uniform() < 0.5 ? 0 : 1 });
}

function npyHead(shape: string): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  return joined(
    Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]),
    Buffer.from(text, 'latin1'),
  );
}

/** The dictionary in the header says something else; its stated length stays right half of the time. */
function damageNpyText(bytes: Uint8Array, random: Random): Uint8Array {
  const length = bytes[8] + 256 * bytes[9];
  const text = damageText(Buffer.from(bytes.subarray(10, 10 + length)).toString('latin1'), random).slice(0, 65535);
  const head = Uint8Array.from(bytes.subarray(0, 10));
  if (random.uniform() < 0.5) head.set([text.length & 255, text.length >> 8], 8);
  return joined(head, Buffer.from(text, 'latin1'), bytes.subarray(10 + length));
}

/** Local headers, the directory and the end record. */
function zipPlaces(file: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = 0; at + 2 < file.length; at++) {
    if (file[at] === 0x50 && file[at + 1] === 0x4b) places.push(...Array.from({ length: 48 }, (_, i) => at + i));
  }
  return places;
}

function someOf(names: readonly string[], places: (file: Uint8Array) => number[]): (random: Random) => Uint8Array {
  const sound = names.map((name) => {
    const bytes = fixture(name);
    return { bytes, places: places(bytes) };
  });
  return (random) => {
    const chosen = pick(random, sound);
    return damageBytes(chosen.bytes, random, chosen.places);
  };
}

const csvTables = [
  'voxel,V1,V2\n1,0.5,1\n2,"0.25",n/a\n3,-1e3,0\n',
  'name\tonset\tduration\nface\t0\t2.5\n"ho""use"\t4\tn/a\n',
  '1;2,5;3\n4;5;6,25\n',
  '0.1 0.2 0.3\n0.4 0.5 0.6\n0.7 0.8 0.9\n',
  'a,b\n"line\nbreak",2\nc,3\n',
];

export async function arrayTargets(): Promise<Target[]> {
  const bombs = await hdf5Bombs();
  const plainHdf5 = someOf(['plain.h5', 'plain-latest.h5'], hdf5Places);
  const matlab = someOf(['types.mat', 'big-endian.mat', 'types-compressed.mat'], matlabPlaces);
  const archives = someOf(['deflated.npz', 'stored.npz', 'zip64.npz'], zipPlaces);
  const sound = (name: string) => fixture(name);
  return [
    target('HDF5', 'file.h5', 8, (random) => {
      if (random.uniform() > 0.03) return plainHdf5(random);
      const bomb = pick(random, bombs);
      return random.uniform() < 0.5 ? bomb : damageBytes(bomb, random, hdf5Places(bomb.subarray(0, 4096)));
    }),
    target('MATLAB 7.3', 'file.mat', 5, someOf(['v73.mat'], hdf5Places)),
    target('MATLAB 5', 'file.mat', 8, (random) => {
      const choice = random.uniform();
      if (choice < 0.6) return matlab(random);
      return choice < 0.98 ? damageInflated(sound('types-compressed.mat'), random) : matlabBomb(random);
    }),
    target('NumPy .npy', 'file.npy', 5, (random) => {
      const bytes = sound(pick(random, ['version-1.npy', 'version-2.npy', 'version-3.npy']));
      return random.uniform() < 0.5 ? damageNpyText(bytes, random) : damageBytes(bytes, random);
    }),
    target('NumPy .npz', 'file.npz', 8, (random) =>
      random.uniform() < 0.5
        ? archives(random)
        : damageEntries(sound(pick(random, ['deflated.npz', 'stored.npz'])), random),
    ),
    target('CSV', 'table.csv', 6, (random) => damageText(pick(random, csvTables), random)),
  ];
}
