/**
 * Variables whose values live in a native session while steps run.
 *
 * Between runs the values can be held outside, as tensors of the addon that share the session's memory: to read them, to
 * change some, or to carry them into a new session. What TensorFlow.js variables there are only stand in for the real
 * ones, with their shapes, while a body is recorded.
 */
import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import { FLOAT } from './graph-def.ts';
import type { GraphSession } from './graph-session.ts';
import { nodeBackend, shareTensor } from './node-backend.ts';
import type { Recording } from './recording.ts';
import type { GraphVariable } from './step-graph.ts';
import {
  assertLength,
  assertNew,
  noSuchVariable,
  sizeOf,
  uniquePrefix,
  type VariableStore,
  type VariableValues,
} from './variable-store.ts';
import type { RecordedVariables } from './variable-versions.ts';

interface Entry extends GraphVariable {
  standIn: tf.Variable | null;
  /** How many runs there had been when the stand-in was given the variable's value. */
  standInAsOf: number;
}

export class SessionVariableStore implements VariableStore, RecordedVariables {
  readonly #binding: TensorFlowBinding;
  readonly #prefix = uniquePrefix();
  readonly #entries = new Map<string, Entry>();
  #session: GraphSession | null = null;
  /** Ids of the values by name, while they are held outside of the session. */
  #held: Map<string, number> | null = new Map();
  /** Whether what is held differs from what is in the session. */
  #changed = true;
  #runs = 0;
  #recording: Recording | null = null;

  constructor(binding: TensorFlowBinding) {
    this.#binding = binding;
  }

  create(name: string, shape: readonly number[], initial: Float32Array): tf.Variable {
    this.#add(name, shape, initial.slice());
    return this.get(name);
  }

  createFilled(name: string, shape: readonly number[], value: number): void {
    this.#add(name, shape, new Float32Array(sizeOf(shape)).fill(value));
  }

  get(name: string): tf.Variable {
    const entry = this.#entry(name);
    if (entry.standIn === null || (this.#recording === null && entry.standInAsOf !== this.#runs)) {
      this.#refresh(entry);
    }
    // Set by the line before.
    const standIn = entry.standIn as tf.Variable;
    this.#recording?.addStandIn(name, standIn);
    return standIn;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  names(prefix = ''): string[] {
    return [...this.#entries.keys()].filter((name) => name.startsWith(prefix));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the interface's; here the values are at hand
  async read(name: string): Promise<VariableValues> {
    const { shape } = this.#entry(name);
    return { shape, values: this.#valuesOf(name) };
  }

  write(name: string, values: Float32Array): void {
    const entry = this.#entry(name);
    assertLength(name, entry.shape, values);
    this.#replaceHeld(entry, values.slice());
    // Forces a stand-in to be refreshed.
    entry.standInAsOf = -1;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async readAll(): Promise<Map<string, VariableValues>> {
    return new Map(
      [...this.#entries.values()].map(({ name, shape }) => [name, { shape, values: this.#valuesOf(name) }]),
    );
  }

  /** What the graph needs to know, in the order in which values are exchanged with sessions. */
  variables(): GraphVariable[] {
    return [...this.#entries.values()];
  }

  /** @param recording - that is under way, so that it learns of variables that a body asks for; null at its end */
  set recording(recording: Recording | null) {
    this.#recording = recording;
  }

  *standIns(): Iterable<readonly [string, tf.Variable]> {
    for (const { name, standIn } of this.#entries.values()) if (standIn !== null) yield [name, standIn];
  }

  standIn(name: string): tf.Variable | undefined {
    return this.#entry(name).standIn ?? undefined;
  }

  /** Takes the values out of the present session, which can then be disposed of. */
  leaveSession(): void {
    this.#hold();
    this.#session = null;
  }

  /** A session that has the variables of now, for the values to go into before the next run. */
  enterSession(session: GraphSession): void {
    this.#session = session;
    this.#changed = true;
  }

  /** Brings the values into the session, so that a step can run. */
  beforeRun(): void {
    const session = this.#session;
    if (this.#held !== null && session !== null) {
      if (this.#changed && this.#entries.size > 0) session.setValues([...this.#held.values()]);
      this.#release();
    }
    this.#runs++;
  }

  dispose(): void {
    this.#release();
    for (const { standIn } of this.#entries.values()) standIn?.dispose();
    this.#entries.clear();
    this.#session = null;
  }

  #add(name: string, shape: readonly number[], values: Float32Array): void {
    assertNew(this.#entries.has(name), name);
    assertLength(name, shape, values);
    this.#hold();
    const entry: Entry = { name, shape: [...shape], standIn: null, standInAsOf: -1 };
    this.#entries.set(name, entry);
    this.#replaceHeld(entry, values);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw noSuchVariable(name);
    return entry;
  }

  /** @param values - not used by anyone else: the addon shares their memory */
  #replaceHeld({ name, shape }: Entry, values: Float32Array): void {
    const held = this.#hold();
    const id = this.#binding.createTensor([...shape], FLOAT, values);
    const old = held.get(name);
    held.set(name, id);
    if (old !== undefined) this.#binding.deleteTensor(old);
    this.#changed = true;
  }

  #valuesOf(name: string): Float32Array {
    // Every variable has a value; all are float32.
    return this.#binding.tensorDataSync(this.#hold().get(name) as number) as Float32Array;
  }

  /** Gives a stand-in the variable's present value. */
  #refresh(entry: Entry): void {
    const { name, shape } = entry;
    // Every variable has a value.
    const held = this.#hold().get(name) as number;
    const { id } = shareTensor(this.#binding, held);
    const tensor = nodeBackend().createOutputTensor({ id, shape: [...shape], dtype: FLOAT });
    if (entry.standIn === null) entry.standIn = tf.variable(tensor, true, this.#prefix + name);
    else entry.standIn.assign(tensor);
    tensor.dispose();
    entry.standInAsOf = this.#runs;
  }

  #hold(): Map<string, number> {
    if (this.#held === null) {
      const ids = this.#session?.values() ?? [];
      this.#held = new Map([...this.#entries.keys()].map((name, i) => [name, ids[i]]));
      this.#changed = false;
    }
    return this.#held;
  }

  #release(): void {
    for (const id of this.#held?.values() ?? []) this.#binding.deleteTensor(id);
    this.#held = null;
    this.#changed = false;
  }
}
