/**
 * PNG with fixed settings.
 *
 * A stimulus is identified by the hash of its PNG file. Native deflate gives different bytes on different processors
 * and versions, so the file is written here, with a deflate in plain JavaScript: the same pixels give the same bytes.
 */
import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';

/** 8-bit pixels `[height, width, channels]`. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint8ClampedArray;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_TYPE = { 1: 0, 3: 2 } as const;

/** One 8-bit image as a PNG file without metadata. */
export function encodePngPixels(pixels: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels.width, 0);
  header.writeUInt32BE(pixels.height, 4);
  header.set([8, COLOUR_TYPE[pixels.channels], 0, 0, 0], 8);
  const body = zlibSync(filterRows(pixels), { level: 4, mem: 4 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}

/** Each row with the predictor (none, left, above, Paeth) that leaves the smallest sum of absolute differences. */
function filterRows({ height, width, channels, data }: Pixels): Uint8Array {
  const stride = width * channels;
  const filtered = new Uint8Array(height * (stride + 1));
  const candidates = [0, 1, 2, 4].map((type) => ({ type, row: new Uint8Array(stride) }));
  for (let y = 0; y < height; y++) {
    let best = candidates[0];
    let bestCost = Infinity;
    for (const candidate of candidates) {
      const cost = filterRow(candidate.type, data, y, stride, channels, candidate.row);
      if (cost < bestCost) [best, bestCost] = [candidate, cost];
    }
    filtered[y * (stride + 1)] = best.type;
    filtered.set(best.row, y * (stride + 1) + 1);
  }
  return filtered;
}

function filterRow(
  type: number,
  data: Uint8Array | Uint8ClampedArray,
  y: number,
  stride: number,
  channels: number,
  row: Uint8Array,
): number {
  const start = y * stride;
  let cost = 0;
  for (let x = 0; x < stride; x++) {
    const left = x >= channels ? data[start + x - channels] : 0;
    const above = y > 0 ? data[start - stride + x] : 0;
    const aboveLeft = x >= channels && y > 0 ? data[start - stride + x - channels] : 0;
    const predicted = type === 0 ? 0 : type === 1 ? left : type === 2 ? above : paeth(left, above, aboveLeft);
    const difference = (data[start + x] - predicted) & 255;
    row[x] = difference;
    cost += difference < 128 ? difference : 256 - difference;
  }
  return cost;
}

function paeth(left: number, above: number, aboveLeft: number): number {
  const estimate = left + above - aboveLeft;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toAboveLeft = Math.abs(estimate - aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
