/** Ways in which files go wrong: on disks, in transfers, in programs, and on purpose. */
import type { Random } from '../../../src/shared/random.ts';

/** What counts, sizes and offsets are likely to be mistaken for. */
const extremes = [
  0n, 1n, -1n, 2n, 7n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 1_000_000n, 0x7fffffffn, 0x80000000n, 0xffffffffn,
  1n << 40n, (1n << 53n) + 1n, (1n << 63n) - 1n, -(1n << 63n),
];

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)];
}

/**
 * One to five changes.
 *
 * @param places - bytes where damage hurts: counts, sizes, offsets, types. Most changes fall on them
 */
export function damageBytes(sound: Uint8Array, random: Random, places?: readonly number[]): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(sound);
  for (let change = changes(random); change > 0 && bytes.length > 0; change--) bytes = changeOnce(bytes, random, places);
  return bytes;
}

function changeOnce(bytes: Uint8Array, random: Random, places: readonly number[] | undefined): Uint8Array {
  const at =
    places !== undefined && places.length > 0 && random.uniform() < 0.8
      ? Math.min(pick(random, places), bytes.length - 1)
      : random.integer(bytes.length);
  const choice = random.uniform();
  if (choice < 0.25) bytes[at] ^= 1 << random.integer(8);
  else if (choice < 0.45) bytes[at] = random.integer(256);
  else if (choice < 0.75) putNumber(bytes, at, random);
  else if (choice < 0.8) bytes.fill(pick(random, [0, 0xff]), at, at + random.integer(64));
  else if (choice < 0.85) bytes.copyWithin(at, random.integer(bytes.length), random.integer(bytes.length));
  else if (choice < 0.92) return bytes.slice(0, random.uniform() < 0.5 ? at : random.integer(bytes.length));
  else if (choice < 0.96) return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.integer(16))));
  else return joined(bytes.subarray(0, at), Uint8Array.from({ length: 1 + random.integer(32) }, () => random.integer(256)), bytes.subarray(at));
  return bytes;
}

/** Another number where one may stand, in either order of bytes: an extreme one, or nearly the right one. */
function putNumber(bytes: Uint8Array, place: number, random: Random): void {
  const size = pick(random, [2, 4, 8] as const);
  const at = place - (place % Math.min(size, 4));
  if (at + size > bytes.length) return;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = random.uniform() < 0.7;
  const near = random.uniform() < 0.2;
  const read = { 2: () => BigInt(view.readUInt16LE(at)), 4: () => BigInt(view.readUInt32LE(at)), 8: () => view.readBigUInt64LE(at) }[size]();
  const value = BigInt.asUintN(size * 8, near ? read + BigInt(random.integer(9) - 4) : pick(random, extremes));
  for (let i = 0; i < size; i++) view[at + (little ? i : size - 1 - i)] = Number((value >> BigInt(8 * i)) & 0xffn);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const oddCells = [
  '', ' ', '0', '-1', '1e309', '-1e309', 'NaN', 'n/a', 'inf', '0x10', '1,5', '9'.repeat(400), '1e-400', 'null', '__proto__', 'constructor',
  '"', '""', "'", '\t', ',', ';', '\r', '\u0000', '\uFEFF', '\uD800', '{', '}', '[', ']', '(', ')', '*', '&', '|', '+', '-', '=', ':', '- ', '../..', '/etc',
];

/** The same for text: cells, lines and brackets rather than bits. */
export function damageText(sound: string, random: Random): string {
  let text = sound;
  for (let change = changes(random); change > 0; change--) text = changeText(text, random);
  return text;
}

function changeText(text: string, random: Random): string {
  const at = random.integer(text.length + 1);
  const choice = random.uniform();
  if (choice < 0.35) return text.slice(0, at) + pick(random, oddCells) + text.slice(at + random.integer(4));
  if (choice < 0.5) return replaceToken(text, pick(random, oddCells), random);
  if (choice < 0.65) return changeLines(text, random);
  if (choice < 0.72) return text.slice(0, at);
  if (choice < 0.8) return text.slice(0, at) + text.slice(at + random.integer(20));
  if (choice < 0.85) return text.slice(0, at) + pick(random, oddCells).repeat(1 << random.integer(16)) + text.slice(at);
  if (choice < 0.95) return text.slice(0, at) + String.fromCharCode(random.integer(random.uniform() < 0.8 ? 128 : 65536)) + text.slice(at + 1);
  return text.slice(0, at) + text.slice(random.integer(text.length + 1)) + text.slice(at);
}

function replaceToken(text: string, by: string, random: Random): string {
  const tokens = [...text.matchAll(/[\w./-]+/g)];
  if (tokens.length === 0) return by;
  const token = pick(random, tokens);
  return text.slice(0, token.index) + by + text.slice(token.index + token[0].length);
}

function changeLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const [a, b] = [random.integer(lines.length), random.integer(lines.length)];
  if (random.uniform() < 0.3) lines.splice(a, 1);
  else if (random.uniform() < 0.5) lines.splice(a, 0, lines[b]);
  else [lines[a], lines[b]] = [lines[b], lines[a]];
  return lines.join('\n');
}

/** Half of the time a single one, which gets further than many. */
function changes(random: Random): number {
  return random.uniform() < 0.5 ? 1 : 2 + random.integer(4);
}
