/**
 * Mixed precision, as a pass over a recorded step: convolutions read bfloat16, and what lies between them stays in
 * bfloat16, so that little is converted. Weights, losses, statistics and updates stay float32, and so do matrix products:
 * SSIM smooths with them and then subtracts nearly equal moments, of which bfloat16 leaves nothing.
 *
 * bfloat16 has float32's range with eight bits of precision: nothing has to be scaled, and sums are formed in float32
 * inside the kernels (Kalamkar et al. 2019, "A study of bfloat16 for deep learning training").
 */
import { attribute, BFLOAT16, type DataType, FLOAT } from './graph-def.ts';
import type { RecordedNode, RecordedStep, Source } from './recorded-step.ts';
import { sizeOf } from './variable-store.ts';

/** Which inputs of a convolution hold numbers to be multiplied; the others are shapes. */
const multiplied: Readonly<Record<string, readonly number[] | undefined>> = {
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2],
  Conv2DBackpropFilter: [0, 2],
};

/**
 * Operations that only pass numbers on or combine few at a time, by the type attribute that all their numbers share.
 * Those over feature maps run in bfloat16 between two heavy ones. All others, sums over many numbers first, do not.
 */
const passing: ReadonlySet<string> = new Set([
  ...['Add', 'AddV2', 'AddN', 'Sub', 'Mul', 'Neg', 'Maximum', 'Minimum'],
  ...['AvgPool', 'ResizeNearestNeighbor', 'Reshape', 'Transpose', 'ConcatV2', 'Slice', 'StridedSlice', 'Pad'],
]);

/** Multiplications below which a conversion costs more than it gains. */
const WORTH_CONVERTING = 1 << 22;

/** Numbers up to which an input beside a feature map is converted for it: biases, scales, constants. */
const SMALL_SHARE = 1 / 16;

/** @returns the same step with the same feeds, variables and outputs */
export function mixedPrecision(step: RecordedStep): RecordedStep {
  const pass = new MixedPrecisionPass(step);
  step.nodes.forEach((node, i) => {
    pass.convert(node, i);
  });
  return pass.finish();
}

/** A result in either type; one of them is what the operation gives. */
interface Converted {
  readonly shape: readonly number[];
  readonly native: DataType;
  float32: Source | null;
  bfloat16: Source | null;
}

class MixedPrecisionPass {
  readonly #step: RecordedStep;
  readonly #nodes: RecordedNode[] = [];
  /** Where each old node is among the new ones. */
  readonly #moved: number[] = [];
  readonly #results: Converted[][] = [];
  readonly #constants = new Map<unknown, Converted>();

  constructor(step: RecordedStep) {
    this.#step = step;
  }

  convert(node: RecordedNode, index: number): void {
    const low = this.#isHeavy(node) ? multiplied[node.operation] : this.#passedOn(node);
    const inputs = node.inputs.map((source, i) => (low?.includes(i) ? this.#as(BFLOAT16, source) : this.#as(FLOAT, source)));
    const after = node.after.map((before) => this.#moved[before]);
    const outputs = node.outputs.map(({ shape, dtype }) => ({ shape, dtype: low === undefined ? dtype : BFLOAT16 }));
    const attributes = low === undefined ? node.attributes : { ...node.attributes, T: attribute.type(BFLOAT16) };
    const moved = this.#add({ ...node, attributes, inputs, after, outputs });
    this.#moved[index] = moved;
    this.#results[index] = outputs.map(({ shape, dtype }, output) => {
      const source: Source = { kind: 'output', node: moved, output };
      return { shape, native: dtype, float32: dtype === BFLOAT16 ? null : source, bfloat16: dtype === BFLOAT16 ? source : null };
    });
  }

  finish(): RecordedStep {
    const outputs = this.#step.outputs.map((output) => ({ ...output, source: this.#as(FLOAT, output.source) }));
    return {
      ...this.#step,
      nodes: this.#nodes,
      outputs,
      updates: this.#step.updates.map((update) => this.#moved[update]),
    };
  }

  #isHeavy(node: RecordedNode): boolean {
    const factors = multiplied[node.operation];
    if (factors === undefined || node.outputs[0]?.dtype !== FLOAT) return false;
    return multiplications(node, factors.map((i) => this.#shapeOf(node.inputs[i]))) >= WORTH_CONVERTING;
  }

  /** The inputs to be read as bfloat16 by an operation that runs in it; undefined for one that does not. */
  #passedOn(node: RecordedNode): readonly number[] | undefined {
    if (!passing.has(node.operation) || node.outputs[0]?.dtype !== FLOAT) return undefined;
    const numbers = node.inputs.flatMap((source, i) => (this.#typeOf(source) === FLOAT || this.#isLow(source) ? [i] : []));
    const largest = Math.max(...numbers.map((i) => sizeOf(this.#shapeOf(node.inputs[i]))));
    const fits = numbers.every((i) => {
      const source = node.inputs[i];
      return this.#isLow(source) || sizeOf(this.#shapeOf(source)) <= largest * SMALL_SHARE;
    });
    return fits && numbers.some((i) => this.#isLow(node.inputs[i])) ? numbers : undefined;
  }

  #isLow(source: Source): boolean {
    return source.kind === 'output' && this.#results[source.node][source.output]?.native === BFLOAT16;
  }

  #typeOf(source: Source): DataType | null {
    if (source.kind === 'constant') return source.constant.dtype;
    return source.kind === 'output' ? (this.#results[source.node][source.output]?.native ?? null) : null;
  }

  #shapeOf(source: Source): readonly number[] {
    if (source.kind === 'constant') return source.constant.shape;
    return source.kind === 'output' ? this.#results[source.node][source.output].shape : [];
  }

  /** A source as a type; anything but the two types of numbers stays what it is. */
  #as(type: DataType, source: Source): Source {
    if (source.kind === 'variable') return source;
    const result = source.kind === 'constant' ? this.#constant(source) : this.#results[source.node][source.output];
    // Only what is native bfloat16 lacks the other.
    if (result.native !== FLOAT && result.native !== BFLOAT16) return result.float32 as Source;
    const key = type === FLOAT ? 'float32' : 'bfloat16';
    result[key] ??= this.#cast(result, type);
    return result[key];
  }

  #constant(source: Source & { kind: 'constant' }): Converted {
    const { constant } = source;
    let known = this.#constants.get(constant);
    if (known === undefined) {
      known = { shape: constant.shape, native: constant.dtype, float32: source, bfloat16: null };
      this.#constants.set(constant, known);
    }
    return known;
  }

  /** There is one conversion of a result at most. */
  #cast({ shape, native, float32, bfloat16 }: Converted, to: DataType): Source {
    // It is given in its native type.
    const source = (native === FLOAT ? float32 : bfloat16) as Source;
    const node = this.#add({
      operation: 'Cast',
      attributes: {
        SrcT: attribute.type(native),
        DstT: attribute.type(to),
        Truncate: { kind: 'boolean', value: false },
      },
      inputs: [source],
      after: [],
      outputs: [{ shape: [...shape], dtype: to }],
    });
    return { kind: 'output', node, output: 0 };
  }

  #add(node: RecordedNode): number {
    this.#nodes.push(node);
    return this.#nodes.length - 1;
  }
}

/** How often a heavy operation multiplies. */
function multiplications({ operation, outputs }: RecordedNode, [a, b]: readonly (readonly number[])[]): number {
  const result = outputs[0].shape;
  switch (operation) {
    // Every place of the map on the far side meets the whole filter.
    case 'Conv2D':
      return sizeOf(result) * sizeOf(b.slice(0, 3));
    case 'Conv2DBackpropInput':
      return sizeOf(b) * sizeOf(a.slice(0, 3));
    case 'Conv2DBackpropFilter':
      return sizeOf(b) * sizeOf(result.slice(0, 3));
    default:
      return 0;
  }
}
