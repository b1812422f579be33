/** Variables that live in the backend that TensorFlow.js runs on. */
import * as tf from '@tensorflow/tfjs';
import {
  assertLength,
  assertNew,
  noSuchVariable,
  sizeOf,
  uniquePrefix,
  type VariableStore,
  type VariableValues,
} from './variable-store.ts';

export class EagerVariableStore implements VariableStore {
  readonly #variables = new Map<string, tf.Variable>();
  readonly #prefix = uniquePrefix();

  create(name: string, shape: readonly number[], initial: Float32Array): tf.Variable {
    assertNew(this.#variables.has(name), name);
    assertLength(name, shape, initial);
    // Some backends keep the array they are given, and the caller may go on to change it.
    const value = tf.tensor(initial.slice(), [...shape], 'float32');
    const variable = tf.variable(value, true, this.#prefix + name);
    value.dispose();
    this.#variables.set(name, variable);
    return variable;
  }

  createFilled(name: string, shape: readonly number[], value: number): void {
    this.create(name, shape, new Float32Array(sizeOf(shape)).fill(value));
  }

  get(name: string): tf.Variable {
    const variable = this.#variables.get(name);
    if (variable === undefined) throw noSuchVariable(name);
    return variable;
  }

  has(name: string): boolean {
    return this.#variables.has(name);
  }

  names(prefix = ''): string[] {
    return [...this.#variables.keys()].filter((name) => name.startsWith(prefix));
  }

  read(name: string): VariableValues {
    const variable = this.get(name);
    // Some backends give the array that they compute on. Variables are float32.
    return { shape: variable.shape, values: (variable.dataSync() as Float32Array).slice() };
  }

  write(name: string, values: Float32Array): void {
    const variable = this.get(name);
    assertLength(name, variable.shape, values);
    const value = tf.tensor(values.slice(), variable.shape, 'float32');
    variable.assign(value);
    value.dispose();
  }

  readAll(): Map<string, VariableValues> {
    return new Map(this.names().map((name) => [name, this.read(name)]));
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}
