/** The ways in which a file can be bad, in words that name the file, the part and the place. */
import { totalmem } from 'node:os';
import { CortextError } from '../../../shared/errors.ts';

export function truncated(path: string, what: string): CortextError {
  return new CortextError('FILE_TRUNCATED', `${path} is cut short: ${what}.`, {
    hint: 'Copy or download the file again and compare its size with the original.',
    details: { path },
  });
}

export function damaged(path: string, what: string, cause?: unknown): CortextError {
  return new CortextError('FILE_DAMAGED', `${path} is damaged: ${what}.`, {
    hint: 'Copy or download the file again; if it stays the same, save it again from the program that made it.',
    details: { path },
    cause,
  });
}

/** A table whose numbers have commas that may be decimal commas or stand between thousands. */
export function withCommas(path: string, column: string, example: string): CortextError {
  return new CortextError(
    'ARRAY_TYPE',
    `${path}: the numbers look as if they had decimal commas; the column ${column} says ${example.trim()}, which may also be a thousand and more.`,
    {
      hint: 'Save the table with decimal points or, for decimal commas, with semicolons between the columns.',
      details: { path, column },
    },
  );
}

export function unsupportedFormat(path: string, what: string, hint: string): CortextError {
  return new CortextError('FORMAT_UNSUPPORTED', `${path}: ${what}.`, { hint, details: { path } });
}

/** Arrays above this share of the computer's memory are not even tried. */
const MEMORY_SHARE = 0.8;

/**
 * The number of elements of a shape, when an array of that size can be held.
 *
 * @throws CortextError `FILE_TOO_LARGE` before anything is allocated
 */
export function elementCount(path: string, what: string, shape: readonly number[], bytesPerElement: number): number {
  const count = shape.reduce((product, length) => product * length, 1);
  const bytes = count * bytesPerElement;
  const memory = totalmem();
  if (bytes <= memory * MEMORY_SHARE) return count;
  throw new CortextError(
    'FILE_TOO_LARGE',
    `${path}: ${what} of shape [${shape.join(', ')}] would take ${gibibytes(bytes)} in memory; this computer has ${gibibytes(memory)}.`,
    {
      hint: 'If the size is real, save fewer voxels or samples per file; otherwise the file is damaged.',
      details: { path, bytes },
    },
  );
}

function gibibytes(bytes: number): string {
  const size = bytes / 2 ** 30;
  return `${size < 10 ? size.toFixed(1) : size.toPrecision(3)} GiB`;
}
