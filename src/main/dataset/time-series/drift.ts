/** Slow changes of a run that are no response to anything: columns `[volumes]` that regressions remove. */
import { orthonormalBasis, residual } from './least-squares.ts';

/**
 * Powers of time from 1 to `order`, each without the constant and the lower powers; time is 0 in the first volume and 1
 * in the last.
 *
 * @param times - of the volumes, in seconds
 */
export function polynomialDrift(times: Float64Array, order: number): Float64Array[] {
  const [first] = times;
  const extent = times[times.length - 1] - first || 1;
  const powers = Array.from({ length: order + 1 }, (_, power) => times.map((time) => ((time - first) / extent) ** power));
  return powers.slice(1).map((column, k) => residual(column, orthonormalBasis(powers.slice(0, k + 1)).vectors));
}

/**
 * The cosines of the discrete cosine transform that are slower than `cutoff` hertz (Friston 1995, SPM), normalised.
 *
 * @param repetitionTime - in seconds
 */
export function cosineDrift(volumes: number, repetitionTime: number, cutoff: number): Float64Array[] {
  // The small share keeps a whole number from being rounded down.
  const order = Math.min(volumes - 1, Math.floor(2 * volumes * cutoff * repetitionTime + 1e-9));
  return Array.from({ length: order }, (_, k) =>
    Float64Array.from(
      { length: volumes },
      (_, volume) => Math.sqrt(2 / volumes) * Math.cos((Math.PI / volumes) * (volume + 0.5) * (k + 1)),
    ),
  );
}
