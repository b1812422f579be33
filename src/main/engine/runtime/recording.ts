/**
 * One call of a step's body, written down operation by operation.
 *
 * The body is called twice, and neither call computes: what depends on a feed or a variable is only pretended, with the
 * shape that it will have. The second call is checked against the first: whatever differs would have been frozen into
 * the graph, and is refused with the line of the body that it comes from.
 */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { BindingAttribute, BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import type { AdamUpdate, VariableUpdates } from './adam.ts';
import {
  attribute,
  type Attributes,
  type AttributeValue,
  type DataType,
  FLOAT,
  RESOURCE,
  VARIANT,
} from './graph-def.ts';
import { type NodeBackend, shareTensor, tensorId } from './node-backend.ts';
import { graphAttribute, inferredTypes, shapedByValues } from './operation-facts.ts';
import { contentKey, type OperationInput, type OutputShapes, type TensorFacts } from './output-shapes.ts';
import {
  contentOf,
  type RecordedNode,
  type RecordedStep,
  sameAttributes,
  sameSource,
  sameSources,
  type Source,
} from './recorded-step.ts';
import { type Refusal, stepNotCompilable } from './step-not-compilable.ts';
import { captureStack } from './user-code.ts';
import { sizeOf } from './variable-store.ts';
import { type RecordedVariables, VariableVersions } from './variable-versions.ts';

export interface RecordingOptions {
  readonly step: string;
  readonly backend: NodeBackend;
  readonly binding: TensorFlowBinding;
  readonly variables: RecordedVariables;
  readonly shapes: OutputShapes;
  /** Constants that the body takes from outside, by tensor; both calls share them. */
  readonly captured: Map<number, Source>;
  /** The first call's result, in the second. */
  readonly first: RecordedStep | null;
}

/** Shapes depend on no more values than this. */
const SMALL = 64;

export class Recording implements VariableUpdates {
  /** What the kernels get in place of the addon. */
  readonly binding: TensorFlowBinding;
  readonly #options: RecordingOptions;
  readonly #nodes: RecordedNode[] = [];
  readonly #feeds: string[] = [];
  readonly #sources = new Map<number, Source>();
  readonly #versions: VariableVersions;
  /** Where each tensor's values were given to TensorFlow.js, by the array that holds them, then by tensor. */
  readonly #arrayOrigins = new WeakMap<object, Error>();
  readonly #tensorOrigins = new Map<number, Error>();
  #pretendedId = -1;
  #reading: 'refused' | 'pretended' = 'refused';

  constructor(options: RecordingOptions) {
    this.#options = options;
    const { backend, binding, variables } = options;
    // The numbers of types, and whatever is not redirected, are the addon's own.
    this.binding = Object.create(binding, {
      createTensor: { value: this.#createTensor.bind(this) },
      deleteTensor: { value: (id: number) => (id < 0 ? undefined : binding.deleteTensor(id)) },
      executeOp: { value: this.#executeOp.bind(this) },
      tensorDataSync: { value: this.#tensorDataSync.bind(this) },
    }) as TensorFlowBinding;
    this.#versions = new VariableVersions({
      backend,
      variables,
      add: (node) => this.#add(node),
      nextPretendedId: () => this.#pretendedId--,
    });
  }

  /** Feeds come before all else. */
  addFeed(name: string, shape: number[], dtype: DataType): tf.Tensor {
    const attributes = { dtype: attribute.type(dtype), shape: attribute.shape(shape) };
    const node = this.#add({
      operation: 'Placeholder',
      attributes,
      inputs: [],
      after: [],
      outputs: [{ shape, dtype }],
    });
    this.#feeds.push(name);
    const id = this.#pretendedId--;
    this.#sources.set(id, { kind: 'output', node, output: 0 });
    return this.#options.backend.createOutputTensor({ id, shape, dtype });
  }

  /** Tells which variable a TensorFlow.js variable stands for. */
  addStandIn(name: string, variable: tf.Variable): void {
    this.#versions.addStandIn(name, variable);
  }

  /** Remembers the stack of whoever makes a tensor of JavaScript values. */
  noteOrigin(values: unknown): void {
    if (typeof values === 'object' && values !== null) this.#arrayOrigins.set(values, captureStack());
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
    this.#versions.change({
      names: [name],
      operation: 'AssignVariableOp',
      inputs: [{ kind: 'variable', name }, this.#source(id)],
      attributes: { dtype: attribute.type(FLOAT) },
    });
  }

  applyAdam(update: AdamUpdate): void {
    const { beta1Power, beta2Power, rate, beta1, beta2, epsilon, gradient } = update;
    const names = [update.variable, update.firstMoment, update.secondMoment];
    const tensors = [beta1Power, beta2Power, rate, beta1, beta2, epsilon, gradient];
    this.#versions.change({
      names,
      operation: 'ResourceApplyAdam',
      inputs: [
        ...names.map((name): Source => ({ kind: 'variable', name })),
        ...tensors.map((tensor) => this.#source(tensorId(this.#options.backend, tensor))),
      ],
      attributes: { T: attribute.type(FLOAT) },
    });
  }

  finish(outputs: Readonly<Record<string, tf.Tensor>>): RecordedStep {
    const { backend, step, first } = this.#options;
    const recordedOutputs = Object.entries(outputs).map(([name, tensor]) => {
      const source = this.#source(tensorId(backend, tensor));
      return { name, source, dtype: this.#typeOf(source) };
    });
    if (first !== null) {
      const same =
        first.nodes.length === this.#nodes.length &&
        first.outputs.length === recordedOutputs.length &&
        first.outputs.every(
          ({ name, source }, i) => name === recordedOutputs[i].name && sameSource(source, recordedOutputs[i].source),
        );
      if (!same) throw this.#refuse({ problem: 'gives other outputs, or does less, when it is called again' });
    }
    return {
      name: step,
      feeds: this.#feeds,
      nodes: this.#nodes,
      outputs: recordedOutputs,
      updates: this.#versions.lastChanges(),
    };
  }

  /** Gives the stand-ins of changed variables their tensors back. */
  restoreStandIns(): void {
    this.#versions.restoreStandIns();
  }

  #createTensor(shape: number[], dtype: DataType, values: ArrayBufferView | string[]): number {
    const { binding, first } = this.#options;
    const id = binding.createTensor(shape, dtype, values);
    // A body may fill the same array anew in each call: without a copy, a changed value would go unnoticed.
    const content = contentOf(values, first === null ? 'copied' : 'shared');
    this.#sources.set(id, { kind: 'constant', constant: { dtype, shape, content } });
    const origin = this.#arrayOrigins.get(values);
    if (origin !== undefined) this.#tensorOrigins.set(id, origin);
    return id;
  }

  #executeOp(operation: string, bound: BindingAttribute[], ids: number[], count: number): BindingTensor[] {
    if (shapedByValues.has(operation)) {
      throw this.#refuse({ problem: 'gives a shape that depends on values', operation });
    }
    const inputs = ids.map((id) => this.#source(id));
    const attributes = this.#attributes(operation, bound, inputs);
    const outputs =
      this.#options.first === null
        ? this.#firstOutputs(operation, bound, attributes, inputs, ids, count)
        : this.#pretended(this.#expected(operation, attributes, inputs, ids).outputs);
    const described = outputs.map(({ shape, dtype }) => ({ shape, dtype }));
    const node = this.#add({ operation, attributes, inputs, after: [], outputs: described });
    outputs.forEach(({ id }, output) => this.#sources.set(id, { kind: 'output', node, output }));
    return outputs;
  }

  /** Operations on constants are run: shapes may depend on what they give. All others are pretended. */
  #firstOutputs(
    operation: string,
    bound: BindingAttribute[],
    attributes: Attributes,
    inputs: readonly Source[],
    ids: number[],
    count: number,
  ): BindingTensor[] {
    const { binding, shapes } = this.#options;
    const described = inputs.map((source, i) => this.#describe(source, ids[i]));
    const outputs = described.every(({ known }) => known !== undefined)
      ? binding.executeOp(operation, bound, ids, count)
      : this.#pretended(shapes.of(binding, { operation, bound, attributes, inputs: described, outputs: count }));
    if (outputs.some(({ dtype }) => dtype === RESOURCE || dtype === VARIANT)) {
      throw this.#refuse({ problem: 'keeps a state outside of variables', operation });
    }
    return outputs;
  }

  #pretended(outputs: readonly TensorFacts[]): BindingTensor[] {
    return outputs.map(({ shape, dtype }) => ({ id: this.#pretendedId--, shape: [...shape], dtype }));
  }

  #describe(source: Source, id: number): OperationInput {
    if (source.kind === 'constant') {
      const { shape, dtype, content } = source.constant;
      return { shape, dtype, known: { id, content: contentKey(content) } };
    }
    if (source.kind === 'variable') throw new CortextError('INTERNAL', 'A variable itself is no input of a kernel.');
    const facts = this.#nodes[source.node].outputs[source.output];
    // Real tensors that are not constants are values of variables, or results of operations on constants.
    if (id < 0 || this.#versions.ofTensor(id) !== undefined) return facts;
    const content =
      sizeOf(facts.shape) > SMALL ? '' : contentKey(contentOf(this.#options.binding.tensorDataSync(id), 'shared'));
    return { ...facts, known: { id, content } };
  }

  #tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const isVariable = this.#versions.ofTensor(id) !== undefined;
    if (!isVariable && this.#source(id).kind === 'constant') return this.#options.binding.tensorDataSync(id);
    if (this.#reading === 'pretended') return new Int32Array(0);
    throw this.#refuse({ problem: "reads a tensor's values, which a graph has only when it runs" });
  }

  /** What the first call did at this place; anything else would have been frozen. */
  #expected(
    operation: string,
    attributes: Attributes,
    inputs: readonly Source[],
    ids: readonly number[],
  ): RecordedNode {
    const expected = this.#options.first?.nodes[this.#nodes.length];
    if (
      expected === undefined ||
      expected.operation !== operation ||
      !sameAttributes(expected.attributes, attributes) ||
      expected.inputs.length !== inputs.length
    ) {
      throw this.#refuse({ problem: 'does other operations each time it is called', operation });
    }
    if (sameSources(expected.inputs, inputs)) return expected;
    const changed = inputs.findIndex((source, i) => !sameSource(source, expected.inputs[i]));
    const constants = inputs[changed].kind === 'constant' && expected.inputs[changed].kind === 'constant';
    throw this.#refuse({
      problem: constants
        ? 'makes other values each time it is called, which a graph would repeat'
        : 'uses other tensors each time it is called',
      operation,
      origin: this.#tensorOrigins.get(ids[changed]),
    });
  }

  #source(id: number): Source {
    const version = this.#versions.ofTensor(id);
    if (version !== undefined) return { kind: 'output', node: this.#versions.read(version), output: 0 };
    return this.#sources.get(id) ?? this.#capture(id);
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
        throw this.#refuse({ problem: `uses the variable ${variable.name}, which is not one of this runtime` });
      }
      const { id: shared, shape, dtype } = shareTensor(binding, id);
      binding.deleteTensor(shared);
      source = {
        kind: 'constant',
        constant: { dtype, shape, content: contentOf(binding.tensorDataSync(id), 'shared') },
      };
      captured.set(id, source);
    }
    return source;
  }

  #attributes(operation: string, bound: readonly BindingAttribute[], inputs: readonly Source[]): Attributes {
    const attributes: Record<string, AttributeValue> = {};
    for (const [name, input] of inferredTypes(operation))
      attributes[name] = attribute.type(this.#typeOf(inputs[input]));
    for (const one of bound) {
      const value = graphAttribute(this.#options.binding, one);
      if (value === null) throw this.#refuse({ problem: `has an attribute ${one.name} of an unknown type`, operation });
      attributes[one.name] = value;
    }
    return attributes;
  }

  #add(node: RecordedNode): number {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }

  #typeOf(source: Source): DataType {
    if (source.kind === 'constant') return source.constant.dtype;
    return source.kind === 'variable' ? RESOURCE : this.#nodes[source.node].outputs[source.output].dtype;
  }

  #refuse(refusal: Omit<Refusal, 'step'>): CortextError {
    return stepNotCompilable({ ...refusal, step: this.#options.step });
  }
}
