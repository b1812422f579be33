/** Checks what a step is fed, before it reaches native code. */
import { CortextError } from '../../../shared/errors.ts';
import type { FeedSpec } from './step-runtime.ts';
import { sizeOf } from './variable-store.ts';

export type FeedValues = Readonly<Record<string, Float32Array | Int32Array | undefined>>;

/**
 * Values that a step does not ask for are left alone, so that one batch can feed several steps.
 *
 * @returns the values in the order of the specification
 * @throws CortextError `ARRAY_SHAPE` or `ARRAY_TYPE` naming step and feed
 */
export function checkedFeeds(
  step: string,
  specification: FeedSpec,
  feeds: FeedValues,
): { name: string; shape: number[]; dtype: 'float32' | 'int32'; values: Float32Array | Int32Array }[] {
  return Object.entries(specification).map(([name, { shape, dtype }]) => {
    const values = feeds[name];
    const wanted = `[${shape.join(', ')}], so ${sizeOf(shape)} values`;
    if (values === undefined) {
      throw new CortextError('ARRAY_SHAPE', `The step ${step} was not fed ${name} of shape ${wanted}.`);
    }
    if (!(values instanceof (dtype === 'float32' ? Float32Array : Int32Array))) {
      throw new CortextError('ARRAY_TYPE', `The feed ${name} of step ${step} is ${dtype}; it was given other values.`);
    }
    if (values.length !== sizeOf(shape)) {
      throw new CortextError(
        'ARRAY_SHAPE',
        `The feed ${name} of step ${step} has the shape ${wanted}; it was given ${values.length}.`,
      );
    }
    return { name, shape: [...shape], dtype, values };
  });
}
