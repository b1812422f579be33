/** Named arrays that outlive a step: weights, averages, the optimiser's state. */
import type * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';

export interface VariableValues {
  readonly shape: readonly number[];
  /** Row-major. A copy: changing it changes no variable. */
  readonly values: Float32Array;
}

export interface VariableStore {
  /**
   * @param initial - row-major values, copied
   * @throws CortextError `INTERNAL` when the name is taken, `ARRAY_SHAPE` when the number of values is wrong
   */
  create(name: string, shape: readonly number[], initial: Float32Array): tf.Variable;
  /** The same with all values equal. */
  createFilled(name: string, shape: readonly number[], value: number): void;
  /**
   * The variable for use in a step's body. Outside of one it shows the value at the time of the call.
   *
   * @throws CortextError `INTERNAL` when there is none of that name
   */
  get(name: string): tf.Variable;
  has(name: string): boolean;
  /** In order of creation, the state of optimisers included. */
  names(prefix?: string): string[];
  /** The values at the time of the call; a GPU needs a moment to hand them over. */
  read(name: string): Promise<VariableValues>;
  /** @throws CortextError `ARRAY_SHAPE` when the number of values is wrong */
  write(name: string, values: Float32Array): void;
  /** All at once, of the time of the call: what a checkpoint holds. */
  readAll(): Promise<Map<string, VariableValues>>;
}

let stores = 0;

/**
 * TensorFlow.js wants names of variables that are unique in the process, where two runtimes may well use the same.
 *
 * @returns a prefix for one store
 */
export function uniquePrefix(): string {
  return `runtime${++stores}/`;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function assertNew(taken: boolean, name: string): void {
  if (taken) throw new CortextError('INTERNAL', `There is already a variable ${name}.`);
}

export function noSuchVariable(name: string): CortextError {
  return new CortextError('INTERNAL', `There is no variable ${name}.`);
}

/** @throws CortextError `ARRAY_SHAPE` */
export function assertLength(name: string, shape: readonly number[], values: Float32Array): void {
  if (values.length === sizeOf(shape)) return;
  throw new CortextError(
    'ARRAY_SHAPE',
    `The variable ${name} has the shape [${shape.join(', ')}], so ${sizeOf(shape)} values; it was given ${values.length}.`,
  );
}
