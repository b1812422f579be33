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

  async read(name: string): Promise<VariableValues> {
    const variable = this.get(name);
    // A tensor of its own: the variable may be assigned to, or disposed of, before the values arrive.
    const value = tf.clone<tf.Tensor>(variable);
    try {
      return { shape: variable.shape, values: await floatsOf(value) };
    } finally {
      value.dispose();
    }
  }

  write(name: string, values: Float32Array): void {
    const variable = this.get(name);
    assertLength(name, variable.shape, values);
    const value = tf.tensor(values.slice(), variable.shape, 'float32');
    variable.assign(value);
    value.dispose();
  }

  async readAll(): Promise<Map<string, VariableValues>> {
    const names = this.names();
    const values = await Promise.all(names.map((name) => this.read(name)));
    return new Map(names.map((name, i) => [name, values[i]]));
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}

/** A tensor's values as floats, whatever its type, in an array that nobody else uses: some backends give their own. */
export async function floatsOf(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}
