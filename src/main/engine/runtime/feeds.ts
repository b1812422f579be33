/** Checks what a step is fed, before it reaches native code, and finds the lengths that were left open. */
import { CortextError } from '../../../shared/errors.ts';
import type { FeedSpec, FeedValue } from './step-runtime.ts';
import { sizeOf } from './variable-store.ts';

export type FeedValues = Readonly<Record<string, FeedValue | undefined>>;

/** A specification in which nothing is open: what a step is recorded for. */
export type FeedShapes = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }>
>;

export interface CheckedFeed {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: Float32Array | Int32Array;
}

/** The specification's shapes when all of them are known before anything is fed, else null. */
export function knownShapes(specification: FeedSpec): FeedShapes | null {
  const known = Object.entries(specification).map(([name, { shape, dtype }]) => {
    const lengths = shape.filter((length) => length !== null);
    return lengths.length === shape.length ? ([name, { shape: lengths, dtype }] as const) : null;
  });
  return known.includes(null) ? null : Object.fromEntries(known.filter((feed) => feed !== null));
}

/**
 * Values that a step does not ask for are left alone, so that one batch can feed several steps.
 *
 * @returns the values in the order of the specification
 * @throws CortextError `ARRAY_SHAPE` or `ARRAY_TYPE` naming step and feed
 */
export function checkedFeeds(step: string, specification: FeedSpec, feeds: FeedValues): CheckedFeed[] {
  return Object.entries(specification).map(([name, { shape: wanted, dtype }]) => {
    const fed = feeds[name];
    if (fed === undefined) {
      throw new CortextError('ARRAY_SHAPE', `The step ${step} was not fed ${name} of shape ${described(wanted)}.`);
    }
    const values = ArrayBuffer.isView(fed) ? fed : fed.values;
    if (!(values instanceof (dtype === 'float32' ? Float32Array : Int32Array))) {
      throw new CortextError('ARRAY_TYPE', `The feed ${name} of step ${step} is ${dtype}; it was given other values.`);
    }
    const shape = ArrayBuffer.isView(fed) ? shapeByLength(wanted, values.length) : shapeAsStated(wanted, fed.shape);
    if (shape === null || sizeOf(shape) !== values.length) {
      const given = ArrayBuffer.isView(fed) ? `${values.length}` : `${values.length} as [${fed.shape.join(', ')}]`;
      throw new CortextError(
        'ARRAY_SHAPE',
        `The feed ${name} of step ${step} has the shape ${described(wanted)}; it was given ${given}.`,
      );
    }
    return { name, shape, dtype, values };
  });
}

/** Fills in the one length that is open; null when the number of values leaves it unclear. */
function shapeByLength(wanted: readonly (number | null)[], length: number): number[] | null {
  const known = sizeOf(wanted.map((n) => n ?? 1));
  const open = wanted.filter((n) => n === null).length;
  if (open > 1 || (open === 1 && (length === 0 || length % known !== 0))) return null;
  return wanted.map((n) => n ?? length / known);
}

function shapeAsStated(wanted: readonly (number | null)[], stated: readonly number[]): number[] | null {
  const fits = stated.length === wanted.length && wanted.every((n, i) => n === null || n === stated[i]);
  return fits ? [...stated] : null;
}

function described(shape: readonly (number | null)[]): string {
  const lengths = `[${shape.map((n) => n ?? 'any').join(', ')}]`;
  const known = sizeOf(shape.map((n) => n ?? 1));
  const open = shape.filter((n) => n === null).length;
  if (open === 0) return `${lengths}, so ${known} values`;
  return open === 1
    ? `${lengths}, so a multiple of ${known} values`
    : `${lengths}, which has to be stated with the values`;
}
