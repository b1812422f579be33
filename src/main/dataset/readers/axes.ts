/** The order of an array's elements in memory. */
import type { NumericData } from './named-arrays.ts';

/** Square blocks keep both the reading and the writing side in the processor's cache. */
const BLOCK = 64;

/**
 * Turns column-major elements (MATLAB, Fortran) into row-major ones of the same shape.
 *
 * @returns a new array, or the same one when the orders agree (at most one side longer than 1)
 */
export function rowMajorFromColumnMajor<T extends NumericData | string[]>(data: T, shape: readonly number[]): T {
  const sides = shape.filter((side) => side > 1);
  if (sides.length < 2) return data;
  const result = (Array.isArray(data) ? new Array<string>(data.length) : data.slice()) as T;
  // Peel off the first axis: column-major [a, rest] is row-major [rest reversed, a]; one transposition brings `a` to
  // the front, then the same is done to each of the `a` parts.
  const [first, ...rest] = sides;
  const inner = data.length / first;
  for (let row = 0; row < inner; row += BLOCK) {
    for (let column = 0; column < first; column += BLOCK) {
      const rowEnd = Math.min(row + BLOCK, inner);
      const columnEnd = Math.min(column + BLOCK, first);
      for (let i = row; i < rowEnd; i++) {
        for (let j = column; j < columnEnd; j++) result[j * inner + i] = data[i * first + j];
      }
    }
  }
  if (rest.length < 2) return result;
  if (Array.isArray(result)) {
    for (let part = 0; part < first; part++) {
      const turned = rowMajorFromColumnMajor(result.slice(part * inner, (part + 1) * inner), rest);
      for (let i = 0; i < inner; i++) result[part * inner + i] = turned[i];
    }
    return result;
  }
  for (let part = 0; part < first; part++) {
    const view = result.subarray(part * inner, (part + 1) * inner);
    view.set(rowMajorFromColumnMajor(view, rest));
  }
  return result;
}
