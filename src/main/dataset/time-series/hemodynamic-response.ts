/** Canonical hemodynamic response functions and their derivatives, as SPM and nilearn define them. */
import type { HemodynamicModel, ResponseDerivatives } from './steps.ts';

/** Samples per repetition time. */
export const OVERSAMPLING = 50;
/** Length of a response in seconds. */
export const RESPONSE_LENGTH = 32;
/** Steps of the finite differences, in seconds and in units of dispersion. */
const TIME_STEP = 0.1;
const DISPERSION_STEP = 0.01;

/** A difference of two gamma densities; `delay` and `undershoot` are their peaks in seconds, more or less. */
interface Shape {
  readonly delay: number;
  readonly undershoot: number;
  readonly dispersion: number;
  readonly undershootDispersion: number;
  /** Of the undershoot to the peak. */
  readonly ratio: number;
}

/** SPM: Friston 1998. Glover: the auditory response of Glover 1999. */
const shapes: Readonly<Record<HemodynamicModel, Shape>> = {
  spm: { delay: 6, undershoot: 16, dispersion: 1, undershootDispersion: 1, ratio: 0.167 },
  glover: { delay: 6, undershoot: 12, dispersion: 0.9, undershootDispersion: 0.9, ratio: 0.48 },
};

/**
 * The canonical response, its sum 1.
 *
 * @param repetitionTime - in seconds
 * @returns `[32 s * oversampling / repetitionTime]`
 */
export function canonicalResponse(
  model: HemodynamicModel,
  repetitionTime: number,
  oversampling = OVERSAMPLING,
): Float64Array {
  return gammaDifference(shapes[model], repetitionTime, oversampling, 0);
}

/**
 * The response, and after it the derivatives by time and by the dispersion of the peak where they are wanted: a
 * response that comes earlier or is narrower is a sum of them (Friston 1998).
 */
export function responseSet(
  model: HemodynamicModel,
  derivatives: ResponseDerivatives,
  repetitionTime: number,
  oversampling = OVERSAMPLING,
): Float64Array[] {
  const shape = shapes[model];
  const response = gammaDifference(shape, repetitionTime, oversampling, 0);
  if (derivatives === 'none') return [response];
  const later = gammaDifference(shape, repetitionTime, oversampling, TIME_STEP);
  const byTime = response.map((value, i) => (value - later[i]) / TIME_STEP);
  if (derivatives === 'time') return [response, byTime];
  // nilearn widens the peak alone and keeps the undershoot's dispersion at 1, for Glover as well.
  const narrow = { ...shape, undershootDispersion: 1 };
  const wide = { ...narrow, dispersion: shape.dispersion + DISPERSION_STEP };
  const [before, after] = [narrow, wide].map((each) => gammaDifference(each, repetitionTime, oversampling, 0));
  return [response, byTime, before.map((value, i) => (value - after[i]) / DISPERSION_STEP)];
}

/** @param onset - seconds by which the response comes later */
function gammaDifference(shape: Shape, repetitionTime: number, oversampling: number, onset: number): Float64Array {
  const step = repetitionTime / oversampling;
  const count = roundHalfEven(RESPONSE_LENGTH / step);
  const values = Float64Array.from({ length: count }, (_, i) => {
    // Both ends are included, and the densities begin one step late, as in nilearn.
    const time = (RESPONSE_LENGTH * i) / (count - 1) - onset - step;
    const peak = gammaDensity(time, shape.delay / shape.dispersion, shape.dispersion);
    const undershoot = gammaDensity(time, shape.undershoot / shape.undershootDispersion, shape.undershootDispersion);
    return peak - shape.ratio * undershoot;
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

function gammaDensity(x: number, shape: number, scale: number): number {
  if (x <= 0) return 0;
  return Math.exp((shape - 1) * Math.log(x / scale) - x / scale - logGamma(shape)) / scale;
}

/** Lanczos 1964 with the nine coefficients of Godfrey: 15 digits for arguments above 0.5. */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const shifted = x - 1;
  const base = shifted + 7.5;
  const series = coefficients.slice(1).reduce((sum, value, i) => sum + value / (shifted + i + 1), coefficients[0]);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
