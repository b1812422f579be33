/**
 * The successive values of variables in the course of a recorded step.
 *
 * Every update makes a new version. A read waits for the update that made its version, an update waits for all reads of
 * the version before: the graph then gives what eager execution gives, in whatever order it runs.
 */
import * as tf from '@tensorflow/tfjs';
import { attribute, type Attributes, FLOAT } from './graph-def.ts';
import { type NodeBackend, tensorId } from './node-backend.ts';
import type { RecordedNode, Source } from './recorded-step.ts';

/** One value of a variable; `madeBy` is null for the value at the start of the step. */
export interface VariableVersion {
  readonly name: string;
  readonly madeBy: number | null;
  readBy: number | null;
}

/** The variables of the runtime, as a recording sees them. */
export interface RecordedVariables {
  /** Every variable for which a TensorFlow.js variable exists. */
  standIns(): Iterable<readonly [name: string, variable: tf.Variable]>;
  standIn(name: string): tf.Variable | undefined;
}

export interface VersionsOptions {
  readonly backend: NodeBackend;
  readonly variables: RecordedVariables;
  /** Adds a node to the recording. @returns its number */
  readonly add: (node: RecordedNode) => number;
  /** An id for a tensor that is never computed. */
  readonly nextPretendedId: () => number;
}

export interface VariableChange {
  readonly names: readonly string[];
  readonly operation: string;
  readonly inputs: readonly Source[];
  readonly attributes: Attributes;
}

export class VariableVersions {
  readonly #options: VersionsOptions;
  readonly #current = new Map<string, VariableVersion>();
  readonly #byTensor = new Map<number, VariableVersion>();
  /** What was in the place of a stand-in before the body changed it. */
  readonly #originals = new Map<tf.Variable, tf.Tensor>();

  constructor(options: VersionsOptions) {
    this.#options = options;
    for (const [name, variable] of options.variables.standIns()) this.addStandIn(name, variable);
  }

  /** Tells which variable a TensorFlow.js variable stands for. */
  addStandIn(name: string, variable: tf.Variable): void {
    const id = tensorId(this.#options.backend, variable);
    if (!this.#byTensor.has(id)) this.#byTensor.set(id, this.#version(name));
  }

  /** The version that a tensor is the value of. */
  ofTensor(id: number): VariableVersion | undefined {
    return this.#byTensor.get(id);
  }

  /** The node that reads a version; there is one at most. */
  read(version: VariableVersion): number {
    version.readBy ??= this.#options.add({
      operation: 'ReadVariableOp',
      attributes: { dtype: attribute.type(FLOAT) },
      inputs: [{ kind: 'variable', name: version.name }],
      after: version.madeBy === null ? [] : [version.madeBy],
      // What is read was asked for, and so has a stand-in.
      outputs: [{ shape: [...(this.#options.variables.standIn(version.name)?.shape ?? [])], dtype: FLOAT }],
    });
    return version.readBy;
  }

  /** Adds an operation that changes variables. */
  change({ names, operation, inputs, attributes }: VariableChange): void {
    const { variables, add } = this.#options;
    const after = names
      .map((name) => {
        const version = this.#version(name);
        // Somebody may hold the present value and use it later: then it is read before it is gone.
        if (variables.standIn(name) !== undefined) this.read(version);
        return version.readBy ?? version.madeBy;
      })
      .filter((node) => node !== null);
    const madeBy = add({ operation, attributes, inputs, after, outputs: [] });
    for (const name of names) {
      const version = { name, madeBy, readBy: null };
      this.#current.set(name, version);
      this.#replaceStandIn(version);
    }
  }

  /** The last change of each variable that was changed. */
  lastChanges(): number[] {
    const changes = [...this.#current.values()].map(({ madeBy }) => madeBy);
    return [...new Set(changes)].filter((node) => node !== null);
  }

  /** Gives the stand-ins of changed variables their tensors back. */
  restoreStandIns(): void {
    for (const [variable, original] of this.#originals) {
      variable.assign(original);
      original.dispose();
    }
    this.#originals.clear();
  }

  #version(name: string): VariableVersion {
    let version = this.#current.get(name);
    if (version === undefined) {
      version = { name, madeBy: null, readBy: null };
      this.#current.set(name, version);
    }
    return version;
  }

  /** Gives a variable's stand-in a tensor of its own, as assigning in eager execution does. */
  #replaceStandIn(version: VariableVersion): void {
    const { backend, variables, nextPretendedId } = this.#options;
    const variable = variables.standIn(version.name);
    if (variable === undefined) return;
    if (!this.#originals.has(variable)) this.#originals.set(variable, tf.keep(tf.clone(variable)));
    const id = nextPretendedId();
    this.#byTensor.set(id, version);
    const tensor = backend.createOutputTensor({ id, shape: [...variable.shape], dtype: FLOAT });
    variable.assign(tensor);
    tensor.dispose();
  }
}
