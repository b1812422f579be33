/** Stimuli: single files of every kind, and archives of them. */
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { decodeImage } from '../../../../src/main/dataset/image-set.ts';
import { openImageZip } from '../../../../src/main/dataset/import/image-files.ts';
import type { SourceFiles } from '../../../../src/main/dataset/import/source-files.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { damageBytes, joined, pick } from '../damage.ts';
import type { Target } from '../target.ts';

const side = 12;
const pixels = Buffer.from(Array.from({ length: side * side * 3 }, (_, i) => (i * 37) % 256));
const picture = () => sharp(pixels, { raw: { width: side, height: side, channels: 3 } });

function single(
  name: string,
  share: number,
  file: string,
  sound: readonly Uint8Array[],
  bomb?: (random: Random) => Uint8Array,
): Target {
  return {
    name,
    share,
    damaged: (random) => ({
      [file]:
        bomb !== undefined && random.uniform() < 0.01 ? bomb(random) : damageBytes(pick(random, sound), random, places),
    }),
    read: (folder) => decodeImage(join(folder, file)),
  };
}

const places = Array.from({ length: 64 }, (_, at) => at);

/** Uncompressed, 24 bits per pixel or with a palette of four. */
function bitmap(bits: 24 | 8): Buffer {
  const stride = Math.ceil((side * bits) / 32) * 4;
  const at = 54 + (bits === 8 ? 16 : 0);
  const bytes = Buffer.alloc(at + stride * side, 1);
  bytes.fill(0, 0, 54).write('BM', 'latin1');
  bytes.writeUInt32LE(bytes.length, 2);
  [at, 40, side, side].forEach((word, i) => bytes.writeUInt32LE(word, 10 + 4 * i));
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bits, 28);
  bytes.writeUInt32LE(bits === 8 ? 4 : 0, 46);
  return bytes;
}

/** Sides of pictures, and how many rows of pixels there are: 16,000 x 16,000 in some hundred kilobytes, and less than was said. */
const bombs = [
  [4000, 4000],
  [16_000, 16_000],
  [14_000, 100],
  [100_000, 100],
] as const;
const made = new Map<number, Uint8Array>();

function pngBomb(random: Random): Uint8Array {
  const which = random.integer(bombs.length);
  const bomb = made.get(which) ?? makeBomb(bombs[which]);
  made.set(which, bomb);
  return bomb;
}

function makeBomb([size, rows]: (typeof bombs)[number]): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 0], 8);
  const zeros = deflateSync(Buffer.alloc(rows * (size + 1)), { level: 9 });
  return joined(
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', zeros),
    chunk('IEND', Buffer.alloc(0)),
  );
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = joined(Buffer.from(type, 'latin1'), data);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  bytes.set(body, 4);
  bytes.writeUInt32BE(crc(body), body.length + 4);
  return bytes;
}

function crc(bytes: Uint8Array): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

async function readArchive(folder: string): Promise<void> {
  // An archive asks for nothing but where its path starts, and for a place to note what was read.
  const sources = { folder, note: () => undefined } as unknown as SourceFiles;
  const files = openImageZip(sources, 'stimuli.zip');
  for (const index of files.names.keys()) await files.load(index, undefined);
}

export async function pictureTargets(): Promise<Target[]> {
  const [png, grey, jpeg, tiff, gif, webp] = await Promise.all([
    picture().png().toBuffer(),
    picture().greyscale().png({ palette: true }).toBuffer(),
    picture().jpeg().toBuffer(),
    picture().tiff().toBuffer(),
    picture().gif().toBuffer(),
    picture().webp().toBuffer(),
  ]);
  const archives = [0, 6].map((level) => zipSync({ 'a.png': png, 'b/c.jpg': jpeg }, { level: level === 0 ? 0 : 6 }));
  return [
    single('PNG', 5, 'face.png', [png, grey], pngBomb),
    single('JPEG', 5, 'face.jpg', [jpeg]),
    single('BMP', 5, 'face.bmp', [bitmap(24), bitmap(8)]),
    single('TIFF, GIF, WebP', 4, 'face.tif', [tiff, gif, webp]),
    {
      name: 'zip of pictures',
      share: 4,
      damaged: (random) => {
        const inner = random.uniform() < 0.4;
        const bytes = inner
          ? zipSync(
              {
                'a.png': damageBytes(png, random, places),
                'b.png': random.uniform() < 0.02 ? new Uint8Array(1 << 25) : jpeg,
              },
              { level: 1 },
            )
          : damageBytes(pick(random, archives), random, zipEnds(pick(random, archives)));
        return { 'stimuli.zip': bytes };
      },
      read: readArchive,
    },
  ];
}

/** The first local header, and the directory at the end. */
function zipEnds({ length }: Uint8Array): number[] {
  return [...Array.from({ length: 40 }, (_, i) => i), ...Array.from({ length: 180 }, (_, i) => length - 1 - i)];
}
