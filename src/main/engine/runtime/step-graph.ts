/** Joins recorded steps that share variables into one TensorFlow graph. */
import { attribute, type ConstantValue, FLOAT, GraphBuilder } from './graph-def.ts';
import type { RecordedNode, RecordedStep, Source } from './recorded-step.ts';

export interface GraphVariable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Names of what is fed to and fetched from a session; lists are joined by commas, as the addon takes them. */
export interface StepGraph {
  readonly savedModel: Uint8Array;
  readonly nodes: number;
  /** In the order of the steps. */
  readonly steps: readonly { readonly feeds: string; readonly outputs: string }[];
  /** In the order of the variables. */
  readonly values: string;
  readonly newValues: string;
  /** Fetched to make the new values the variables' own. */
  readonly written: string;
}

export const TAG = 'serve';

/** Constants up to this size are compared, so that equal ones become one node: shapes, axes, paddings. */
const SMALL = 256;

export interface StepGraphOptions {
  /** Sums have the order of the code, on which their last bits depend. */
  readonly orderedSums: boolean;
}

export function stepGraph(
  steps: readonly RecordedStep[],
  variables: readonly GraphVariable[],
  { orderedSums }: StepGraphOptions,
): StepGraph {
  const builder = new GraphBuilder();
  const constants = new Constants(builder);
  const handles = new Map(variables.map(({ name }, i) => [name, `v${i}`]));
  const values: string[] = [];
  const newValues: string[] = [];
  const assignments: string[] = [];
  const dtype = attribute.type(FLOAT);
  variables.forEach(({ name, shape: lengths }, i) => {
    const shape = attribute.shape(lengths);
    const handle = builder.add(`v${i}`, 'VarHandleOp', [], { dtype, shape, shared_name: attribute.string(name) });
    values.push(builder.add(`v${i}/value`, 'ReadVariableOp', [handle], { dtype }));
    newValues.push(placeholder(builder, `v${i}/new`, { dtype, shape }));
    assignments.push(builder.add(`v${i}/write`, 'AssignVariableOp', [handle, copyOf(`v${i}/new`)], { dtype }));
  });
  const written = doneAfter(
    builder,
    constants,
    'written',
    assignments.map((node) => `^${node}`),
  );
  return {
    steps: steps.map((step, i) => addStep(builder, constants, handles, step, `s${i}`, orderedSums)),
    values: outputsOf(values),
    newValues: outputsOf(newValues),
    written: outputsOf([written]),
    nodes: builder.nodes,
    savedModel: builder.savedModel(TAG),
  };
}

function addStep(
  builder: GraphBuilder,
  constants: Constants,
  handles: ReadonlyMap<string, string>,
  step: RecordedStep,
  prefix: string,
  orderedSums: boolean,
): { feeds: string; outputs: string } {
  const names = step.nodes.map(({ operation }, i) => `${prefix}/${operation}_${i}`);
  const isFeed = (node: number): boolean => node < step.feeds.length;
  const input = (source: Source): string => {
    switch (source.kind) {
      case 'constant':
        return constants.name(source.constant);
      case 'variable':
        // Recordings only know variables that exist.
        return handles.get(source.name) ?? '';
      case 'output': {
        const name = isFeed(source.node) ? copyOf(names[source.node]) : names[source.node];
        return source.output === 0 ? name : `${name}:${source.output}`;
      }
    }
  };
  step.nodes.forEach((node: RecordedNode, i) => {
    if (isFeed(i)) {
      placeholder(builder, names[i], node.attributes);
    } else if (orderedSums && sums.has(node.operation)) {
      addOrderedSum(builder, names[i], node.inputs.map(input), node);
    } else {
      const order = node.after.map((before) => `^${names[before]}`);
      builder.add(names[i], node.operation, [...node.inputs.map(input), ...order], node.attributes);
    }
  });
  // All updates happen, whatever is fetched.
  const updates = step.updates.map((update) => `^${names[update]}`);
  const outputs = step.outputs.map(({ source, dtype }, i) =>
    builder.add(`${prefix}/output${i}`, 'Identity', [input(source), ...updates], { T: attribute.type(dtype) }),
  );
  // TensorFlow runs nothing when nothing is fetched.
  if (outputs.length === 0) outputs.push(doneAfter(builder, constants, `${prefix}/done`, updates));
  return { feeds: outputsOf(names.slice(0, step.feeds.length)), outputs: outputsOf(outputs) };
}

const sums: ReadonlySet<string> = new Set(['Add', 'AddV2', 'AddN']);

/**
 * Adds one after the other. What is between them is no work, but hides each sum from the next.
 *
 * Otherwise TensorFlow joins sums of sums into one of many terms, and where memory seems short lets each term be added
 * to a temporary variable as soon as it is there.
 */
function addOrderedSum(builder: GraphBuilder, name: string, terms: readonly string[], node: RecordedNode): void {
  const { T } = node.attributes;
  const shape = attribute.shape(node.outputs[0].shape);
  let sum = terms[0];
  terms.slice(1).forEach((term, i) => {
    const isLast = i === terms.length - 2;
    const added = builder.add(`${name}/sum${i}`, 'AddV2', [sum, term], { T });
    sum = builder.add(isLast ? name : `${name}/upTo${i}`, 'EnsureShape', [added], { T, shape });
  });
  if (terms.length === 1) builder.add(name, 'Identity', [sum], { T });
}

/** A node without a meaning of its own that waits for others. @param order - references `^node` */
function doneAfter(builder: GraphBuilder, constants: Constants, name: string, order: readonly string[]): string {
  const nothing = constants.name({ dtype: FLOAT, shape: [], content: new Uint8Array(4) });
  return builder.add(name, 'Identity', [nothing, ...order], { T: attribute.type(FLOAT) });
}

/**
 * Adds a node that is fed, and behind it a copy, which is what others use.
 *
 * A fed tensor shares its memory with a JavaScript array, and assigning it, even reshaped, would make that memory a
 * variable's own: updated in place, changed by whoever uses the array, and given back from a native thread.
 */
function placeholder(builder: GraphBuilder, name: string, attributes: RecordedNode['attributes']): string {
  builder.add(name, 'Placeholder', [], attributes);
  builder.add(copyOf(name), 'DeepCopy', [name], { T: attributes.dtype });
  return name;
}

function copyOf(placeholderName: string): string {
  return `${placeholderName}/copy`;
}

function outputsOf(nodes: readonly string[]): string {
  return nodes.map((node) => `${node}:0`).join(',');
}

class Constants {
  readonly #builder: GraphBuilder;
  readonly #names = new Map<ConstantValue | string, string>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /** The node with a value; made with its first use. */
  name(constant: ConstantValue): string {
    const key = keyOf(constant);
    let name = this.#names.get(key);
    if (name === undefined) {
      name = this.#builder.add(`c${this.#names.size}`, 'Const', [], {
        dtype: attribute.type(constant.dtype),
        value: attribute.tensor(constant),
      });
      this.#names.set(key, name);
    }
    return name;
  }
}

function keyOf(constant: ConstantValue): ConstantValue | string {
  const { dtype, shape, content } = constant;
  if (!(content instanceof Uint8Array) || content.byteLength > SMALL) return constant;
  return `${dtype} ${shape.join()} ${Buffer.from(content).toString('latin1')}`;
}
