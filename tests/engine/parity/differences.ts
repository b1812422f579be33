/** How far two arrays are apart; not a number is infinitely far from everything. */

export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return worst(actual, expected, 1);
}

/** As a share of the largest expected value, when that is above 1. */
export function scaledDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return worst(
    actual,
    expected,
    Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1),
  );
}

/** Length of the difference as a share of the expected array's length. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  const error = Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-12);
  return Number.isNaN(error) ? Infinity : error;
}

function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, scale: number): number {
  if (actual.length !== expected.length) return Infinity;
  return Array.from(expected).reduce((largest, value, i) => {
    const difference = Math.abs(actual[i] - value) / scale;
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
}
