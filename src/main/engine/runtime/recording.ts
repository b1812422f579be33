/**
 * One call of a step's body, written down operation by operation.
 *
 * The body is called twice. The first call runs every operation, which gives the shapes. The second is checked against
 * the first and runs nothing: whatever differs would have been frozen into the graph, and is refused with the line of
 * the body that it comes from.
 */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { BindingAttribute, BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import type { AdamUpdate, VariableUpdates } from './adam.ts';
import {
  attribute,
  type Attributes,
  type AttributeValue,
  type ConstantValue,
  type DataType,
  FLOAT,
  RESOURCE,
  VARIANT,
} from './graph-def.ts';
import { type NodeBackend, shareTensor, tensorId } from './node-backend.ts';
import { type RecordedNode, type RecordedStep, sameAttributes, sameSource, sameSources, type Source } from './recorded-step.ts';
import { captureStack, placeInBody } from './user-code.ts';

/** Operations whose outputs' shapes depend on values: a graph cannot follow where JavaScript used those shapes. */
const SHAPED_BY_VALUES = new Set([
  'Where',
  'Unique',
  'UniqueV2',
  'UniqueWithCounts',
  'ListDiff',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
  'SparseFillEmptyRows',
  'StringSplitV2',
]);

/** A value of a variable in the course of a step; every update makes the next one. */
interface VariableVersion {
  readonly name: string;
  /** The update that made it; null for the value at the start of the step. */
  readonly madeBy: number | null;
  readBy: number | null;
}

/** The variables of the runtime, as a recording sees them. */
export interface RecordedVariables {
  /** Every variable for which a TensorFlow.js variable exists. */
  standIns(): Iterable<readonly [name: string, variable: tf.Variable]>;
  standIn(name: string): tf.Variable | undefined;
}

export interface RecordingOptions {
  readonly step: string;
  readonly backend: NodeBackend;
  readonly binding: TensorFlowBinding;
  readonly variables: RecordedVariables;
  /** Constants that the body takes from outside, by tensor; both calls share them. */
  readonly captured: Map<number, Source>;
  /** The first call's result, in the second. */
  readonly first: RecordedStep | null;
}

export class Recording implements VariableUpdates {
  /** What the kernels get in place of the addon. */
  readonly binding: TensorFlowBinding;
  readonly #options: RecordingOptions;
  readonly #nodes: RecordedNode[] = [];
  readonly #feeds: string[] = [];
  readonly #sources = new Map<number, Source | VariableVersion>();
  readonly #versions = new Map<string, VariableVersion>();
  /** Values that were in a variable's place before the body changed it. */
  readonly #originals = new Map<tf.Variable, tf.Tensor>();
  /** Where each tensor's values were given to TensorFlow.js, by the array that holds them. */
  readonly #origins = new WeakMap<object, Error>();
  readonly #constantOrigins = new Map<number, Error>();
  #nextStandIn = -1;
  #reading: 'refused' | 'pretended' = 'refused';

  constructor(options: RecordingOptions) {
    this.#options = options;
    const { binding } = options;
    // The constants and whatever is not redirected are the addon's own.
    this.binding = Object.create(binding, {
      createTensor: { value: this.#createTensor.bind(this) },
      deleteTensor: { value: (id: number) => (id < 0 ? undefined : binding.deleteTensor(id)) },
      executeOp: { value: this.#executeOp.bind(this) },
      tensorDataSync: { value: this.#tensorDataSync.bind(this) },
    }) as TensorFlowBinding;
    for (const [name, variable] of options.variables.standIns()) this.addStandIn(name, variable);
  }

  /** Feeds come before all else. @param values - something to compute with, in the first call */
  addFeed(name: string, shape: number[], dtype: DataType, values: Float32Array | Int32Array): tf.Tensor {
    const { backend, binding, first } = this.#options;
    const attributes = { dtype: attribute.type(dtype), shape: attribute.shape(shape) };
    const node = this.#add({ operation: 'Placeholder', attributes, inputs: [], after: [], outputs: [{ shape, dtype }] });
    this.#feeds.push(name);
    const id = first === null ? binding.createTensor(shape, dtype, values) : this.#nextStandIn--;
    this.#sources.set(id, { kind: 'output', node, output: 0 });
    return backend.createOutputTensor({ id, shape, dtype });
  }

  /** Tells which variable a TensorFlow.js variable stands for. */
  addStandIn(name: string, variable: tf.Variable): void {
    const id = tensorId(this.#options.backend, variable);
    if (!this.#sources.has(id)) this.#sources.set(id, this.#version(name));
  }

  /** Remembers the stack of whoever makes a tensor of JavaScript values. */
  noteOrigin(values: unknown): void {
    if (typeof values === 'object' && values !== null) this.#origins.set(values, captureStack());
  }

  /** Within it, a tensor that is read seems to be empty. */
  withoutReading<T>(work: () => T): T {
    const outer = this.#reading;
    this.#reading = 'pretended';
    try {
      return work();
    } finally {
      this.#reading = outer;
    }
  }

  assign(name: string, value: tf.Tensor): void {
    const { backend, variables } = this.#options;
    const variable = variables.standIn(name);
    if (variable !== undefined && (variable.shape.join() !== value.shape.join() || value.dtype !== 'float32')) {
      throw new CortextError(
        'INTERNAL',
        `${name} is float32 [${variable.shape.join(', ')}] and was assigned ${value.dtype} [${value.shape.join(', ')}].`,
      );
    }
    const id = tensorId(backend, value);
    const source = this.#source(id);
    this.#change([name], 'AssignVariableOp', [{ kind: 'variable', name }, source], { dtype: attribute.type(FLOAT) }, id);
  }

  applyAdam(update: AdamUpdate): void {
    const { backend } = this.#options;
    const changed = [update.variable, update.firstMoment, update.secondMoment];
    const tensors = [
      update.beta1Power,
      update.beta2Power,
      update.rate,
      update.beta1,
      update.beta2,
      update.epsilon,
      update.gradient,
    ];
    const inputs: Source[] = [
      ...changed.map((name): Source => ({ kind: 'variable', name })),
      ...tensors.map((tensor) => this.#source(tensorId(backend, tensor))),
    ];
    this.#change(changed, 'ResourceApplyAdam', inputs, { T: attribute.type(FLOAT) }, null);
  }

  finish(outputs: Readonly<Record<string, tf.Tensor>>): RecordedStep {
    const { backend, step, first } = this.#options;
    const recorded: RecordedStep = {
      name: step,
      feeds: this.#feeds,
      nodes: this.#nodes,
      outputs: Object.entries(outputs).map(([name, tensor]) => {
        const id = tensorId(backend, tensor);
        const source = this.#source(id);
        return { name, source, dtype: this.#typeOf(source) };
      }),
      updates: [...new Set([...this.#versions.values()].map(({ madeBy }) => madeBy))].filter((node) => node !== null),
    };
    if (first !== null) {
      const same =
        first.nodes.length === recorded.nodes.length &&
        first.outputs.length === recorded.outputs.length &&
        first.outputs.every(
          ({ name, source }, i) => name === recorded.outputs[i].name && sameSource(source, recorded.outputs[i].source),
        );
      if (!same) throw this.#refuse('gives other outputs, or does fewer operations, when it is called again', null);
    }
    return recorded;
  }

  /** Gives the stand-ins of changed variables their values back. */
  restoreStandIns(): void {
    for (const [variable, original] of this.#originals) {
      variable.assign(original);
      original.dispose();
    }
    this.#originals.clear();
  }

  #createTensor(shape: number[], dtype: DataType, values: ArrayBufferView | string[]): number {
    const id = this.#options.binding.createTensor(shape, dtype, values);
    // A body may fill the same array anew in each call: without a copy, a changed value would go unnoticed.
    const content = this.#options.first === null ? contentOf(values).map((part) => part.slice()) : contentOf(values);
    this.#sources.set(id, { kind: 'constant', constant: { dtype, shape, content: unwrapped(values, content) } });
    const origin = this.#origins.get(values);
    if (origin !== undefined) this.#constantOrigins.set(id, origin);
    return id;
  }

  #executeOp(operation: string, bound: BindingAttribute[], ids: number[], count: number): BindingTensor[] {
    if (SHAPED_BY_VALUES.has(operation)) throw this.#refuse('gives a shape that depends on values', operation);
    const inputs = ids.map((id) => this.#source(id));
    const attributes = Object.fromEntries(bound.map((one) => [one.name, this.#attribute(operation, one)]));
    const { binding, first } = this.#options;
    if (first === null) {
      const outputs = binding.executeOp(operation, bound, ids, count);
      if (outputs.some(({ dtype }) => dtype === RESOURCE || dtype === VARIANT)) {
        throw this.#refuse('keeps a state outside of variables', operation);
      }
      const node = this.#add({
        operation,
        attributes,
        inputs,
        after: [],
        outputs: outputs.map(({ shape, dtype }) => ({ shape, dtype })),
      });
      outputs.forEach(({ id }, output) => this.#sources.set(id, { kind: 'output', node, output }));
      return outputs;
    }
    const expected = this.#expected(operation, attributes, inputs, ids);
    const node = this.#add({ operation, attributes, inputs, after: [], outputs: expected.outputs });
    return expected.outputs.map(({ shape, dtype }, output) => {
      const id = this.#nextStandIn--;
      this.#sources.set(id, { kind: 'output', node, output });
      return { id, shape: [...shape], dtype };
    });
  }

  #tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const source = this.#sources.get(id);
    const known = source === undefined ? this.#capture(id).kind === 'constant' : isConstant(source);
    if (!known && this.#reading === 'pretended') return new Int32Array(0);
    if (!known) throw this.#refuse("reads a tensor's values, which a graph has only when it runs", null);
    return this.#options.binding.tensorDataSync(id);
  }

  /** What the first call did at this place; anything else would have been frozen. */
  #expected(operation: string, attributes: Attributes, inputs: readonly Source[], ids: readonly number[]): RecordedNode {
    const expected = this.#options.first?.nodes[this.#nodes.length];
    if (
      expected === undefined ||
      expected.operation !== operation ||
      !sameAttributes(expected.attributes, attributes) ||
      expected.inputs.length !== inputs.length
    ) {
      throw this.#refuse('does other operations each time it is called', operation);
    }
    if (sameSources(expected.inputs, inputs)) return expected;
    const changed = inputs.findIndex((source, i) => !sameSource(source, expected.inputs[i]));
    const origin = this.#constantOrigins.get(ids[changed]);
    if (inputs[changed].kind === 'constant' && expected.inputs[changed].kind === 'constant') {
      throw this.#refuse('makes other values each time it is called, which a graph would repeat', operation, origin);
    }
    throw this.#refuse('uses other tensors each time it is called', operation, origin);
  }

  #source(id: number): Source {
    const source = this.#sources.get(id) ?? this.#capture(id);
    if ('kind' in source) return source;
    return { kind: 'output', node: this.#read(source), output: 0 };
  }

  /** A tensor from outside of the body: its values become part of the graph. */
  #capture(id: number): Source {
    const { backend, binding, captured } = this.#options;
    let source = captured.get(id);
    if (source === undefined) {
      const variable = Object.values(tf.engine().registeredVariables).find(
        ({ dataId }) => backend.tensorMap.has(dataId) && backend.tensorMap.get(dataId).id === id,
      );
      if (variable !== undefined) {
        throw this.#refuse(`uses the variable ${variable.name}, which is not one of this runtime`, null);
      }
      const shared = shareTensor(binding, id);
      binding.deleteTensor(shared.id);
      const values = binding.tensorDataSync(id);
      const content = unwrapped(values, contentOf(values));
      source = { kind: 'constant', constant: { dtype: shared.dtype, shape: shared.shape, content } };
      captured.set(id, source);
    }
    return source;
  }

  #version(name: string): VariableVersion {
    let version = this.#versions.get(name);
    if (version === undefined) {
      version = { name, madeBy: null, readBy: null };
      this.#versions.set(name, version);
    }
    return version;
  }

  #read(version: VariableVersion): number {
    version.readBy ??= this.#add({
      operation: 'ReadVariableOp',
      attributes: { dtype: attribute.type(FLOAT) },
      inputs: [{ kind: 'variable', name: version.name }],
      after: version.madeBy === null ? [] : [version.madeBy],
      // Only what the second call gives back to kernels needs a shape.
      outputs: [],
    });
    return version.readBy;
  }

  /**
   * Adds an operation that changes variables, after all that read or made their present values.
   *
   * @param value - a tensor that stands for the new value from now on; null for the old one's
   */
  #change(
    names: readonly string[],
    operation: string,
    inputs: readonly Source[],
    attributes: Attributes,
    value: number | null,
  ): void {
    const after = names
      .map((name) => {
        const version = this.#version(name);
        // Somebody may hold the present value and use it later: then it is read before it is gone.
        if (this.#options.variables.standIn(name) !== undefined) this.#read(version);
        return version.readBy ?? version.madeBy;
      })
      .filter((node) => node !== null);
    const madeBy = this.#add({ operation, attributes, inputs, after, outputs: [] });
    for (const name of names) {
      const version = { name, madeBy, readBy: null };
      this.#versions.set(name, version);
      this.#replaceStandIn(name, version, value);
    }
  }

  /** Gives a variable's stand-in a tensor of its own, as assigning in eager mode does. */
  #replaceStandIn(name: string, version: VariableVersion, value: number | null): void {
    const { backend, binding, first, variables } = this.#options;
    const variable = variables.standIn(name);
    if (variable === undefined) return;
    if (!this.#originals.has(variable)) this.#originals.set(variable, tf.keep(tf.clone(variable)));
    const shape = [...variable.shape];
    const id =
      first === null ? shareTensor(binding, value ?? tensorId(backend, variable)).id : this.#nextStandIn--;
    this.#sources.set(id, version);
    const tensor = backend.createOutputTensor({ id, shape, dtype: FLOAT });
    variable.assign(tensor);
    tensor.dispose();
  }

  #add(node: RecordedNode): number {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }

  #typeOf(source: Source): DataType {
    if (source.kind === 'constant') return source.constant.dtype;
    if (source.kind === 'variable') return FLOAT;
    // A read variable has no outputs written down; all variables are float32.
    return this.#nodes[source.node].outputs[source.output]?.dtype ?? FLOAT;
  }

  #attribute(operation: string, { name, type, value }: BindingAttribute): AttributeValue {
    const { binding } = this.#options;
    // The addon's interface pairs each type with its values; it throws on any other before this is used.
    switch (type) {
      case binding.TF_ATTR_STRING:
        return { kind: 'string', value: value as string };
      case binding.TF_ATTR_INT:
        return Array.isArray(value)
          ? { kind: 'integers', value: value as number[] }
          : { kind: 'integer', value: value as number };
      case binding.TF_ATTR_FLOAT:
        return Array.isArray(value)
          ? { kind: 'floats', value: value as number[] }
          : { kind: 'float', value: value as number };
      case binding.TF_ATTR_BOOL:
        return Array.isArray(value)
          ? { kind: 'booleans', value: value as boolean[] }
          : { kind: 'boolean', value: value as boolean };
      case binding.TF_ATTR_TYPE:
        return { kind: 'type', value: value as DataType };
      case binding.TF_ATTR_SHAPE:
        return { kind: 'shape', value: value as number[] };
      default:
        throw this.#refuse(`has the attribute ${name} of an unknown type`, operation);
    }
  }

  /** @param operation - the native operation at fault, where no line of the body can be told */
  #refuse(problem: string, operation: string | null, origin: Error = captureStack()): CortextError {
    const { called, line } = placeInBody(origin.stack ?? '');
    const subject = called === null ? (operation ?? 'its body') : `tf.${called}`;
    const where = line === null ? '' : ` (${line})`;
    return new CortextError(
      'STEP_NOT_COMPILABLE',
      `The step ${this.#options.step} cannot be compiled: ${subject}${where} ${problem}.`,
      {
        hint: 'Feed such values to the step, or compute them with operations on tensors.',
        details: { step: this.#options.step, operation: operation ?? called, line },
      },
    );
  }
}

function isConstant(source: Source | VariableVersion): boolean {
  return 'kind' in source && source.kind === 'constant';
}

/** The bytes of a typed array, or those of each text. */
function contentOf(values: ArrayBufferView | readonly unknown[]): Uint8Array[] {
  if (ArrayBuffer.isView(values)) return [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
  // The addon takes and gives texts as arrays of bytes, whatever the type of its interface says.
  return values as Uint8Array[];
}

function unwrapped(values: ArrayBufferView | readonly unknown[], content: Uint8Array[]): ConstantValue['content'] {
  return ArrayBuffer.isView(values) ? content[0] : content;
}
