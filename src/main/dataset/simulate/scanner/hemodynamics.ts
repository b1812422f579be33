/** The blood's answer to a stimulus: the difference of two gamma densities, with the constants of SPM (Friston et al. 1998). */

/** After this the response is over, seconds. */
export const RESPONSE_SECONDS = 32;
const STEP = 0.1;

/** Response to an instant of activity `seconds` ago. */
function impulse(seconds: number): number {
  if (seconds <= 0) return 0;
  return gammaDensity(seconds, 6) - gammaDensity(seconds, 16) / 6;
}

/** t^(k-1) e^-t / (k-1)! */
function gammaDensity(t: number, shape: number): number {
  let logarithm = (shape - 1) * Math.log(t) - t;
  for (let i = 2; i < shape; i++) logarithm -= Math.log(i);
  return Math.exp(logarithm);
}

/**
 * Response over time to a stimulus that is shown for `duration` seconds, scaled to a peak of 1.
 *
 * @returns the response so many seconds after the onset, interpolated from a table
 */
export function stimulusResponse(duration: number): (secondsAfterOnset: number) => number {
  const count = Math.round((RESPONSE_SECONDS + duration) / STEP) + 1;
  const table = new Float64Array(count);
  const shown = Math.max(1, Math.round(duration / STEP));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < shown; j++) table[i] += impulse((i - j - 0.5) * STEP);
  }
  const peak = Math.max(...table);
  return (seconds) => {
    const at = seconds / STEP;
    const left = Math.floor(at);
    if (left < 0 || left + 1 >= count) return 0;
    return (table[left] + (at - left) * (table[left + 1] - table[left])) / peak;
  };
}
