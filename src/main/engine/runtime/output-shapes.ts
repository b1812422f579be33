/**
 * Shapes and types of operations' outputs, without computing a step.
 *
 * TensorFlow itself is asked: it runs the operation once on stand-ins of the same shapes, and the answer is kept for
 * every later operation like it, also of later processes. A network has few different ones: a DF-GAN step calls 4000
 * operations, of 500 kinds.
 */
import type { BindingAttribute, BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import { type Attributes, type DataType, INT32 } from './graph-def.ts';
import { readFacts, writeFacts } from './output-shapes-file.ts';

export interface TensorFacts {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** A tensor that does not exist, or one that does and whose values may decide about shapes: axes, paddings, sizes. */
export type OperationInput = TensorFacts & { readonly known?: { readonly id: number; readonly content: string } };

export interface OperationCall {
  readonly operation: string;
  readonly bound: BindingAttribute[];
  /** The same attributes, as a graph has them. */
  readonly attributes: Attributes;
  readonly inputs: readonly OperationInput[];
  readonly outputs: number;
}

/** A network has some hundreds of different operations. The oldest make room. */
const LIMIT = 10_000;

export class OutputShapes {
  readonly #file: string | null;
  readonly #known: Map<string, readonly TensorFacts[]>;
  #learnt = false;

  /** @param file - where what was learnt is kept for the next process; null keeps nothing */
  constructor(file: string | null) {
    this.#file = file;
    this.#known = new Map(file === null ? [] : readFacts(file));
  }

  /** @throws whatever TensorFlow says against the operation */
  of(binding: TensorFlowBinding, call: OperationCall): readonly TensorFacts[] {
    const key = keyOf(call);
    let facts = this.#known.get(key);
    if (facts === undefined) {
      facts = tryOut(binding, call);
      this.#learnt = true;
      const [oldest] = this.#known.keys();
      if (this.#known.size >= LIMIT) this.#known.delete(oldest);
      this.#known.set(key, facts);
    }
    return facts;
  }

  /** Keeps what was learnt since the last time. */
  save(): void {
    if (!this.#learnt || this.#file === null) return;
    this.#learnt = false;
    writeFacts(this.#file, this.#known);
  }
}

function keyOf({ operation, attributes, inputs, outputs }: OperationCall): string {
  return JSON.stringify([
    operation,
    attributes,
    outputs,
    inputs.map(({ shape, dtype, known }) => [dtype, shape, known?.content ?? null]),
  ]);
}

function tryOut(binding: TensorFlowBinding, call: OperationCall): readonly TensorFacts[] {
  try {
    return tryOutOn(binding, call, 'zeros');
  } catch {
    // Zeros suit indices, but not divisors. If neither suits, what TensorFlow says of ones is as good.
    return tryOutOn(binding, call, 'ones');
  }
}

function tryOutOn(
  binding: TensorFlowBinding,
  { operation, bound, inputs, outputs }: OperationCall,
  content: 'zeros' | 'ones',
): readonly TensorFacts[] {
  const made: number[] = [];
  try {
    const ids = inputs.map(({ shape, dtype, known }) => {
      if (known !== undefined) return known.id;
      const id = standIn(binding, shape, dtype, content);
      made.push(id);
      return id;
    });
    const results = binding.executeOp(operation, bound, ids, outputs);
    made.push(...results.map(({ id }) => id));
    return results.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}

function standIn(
  binding: TensorFlowBinding,
  shape: readonly number[],
  dtype: DataType,
  content: 'zeros' | 'ones',
): number {
  const lengths = binding.createTensor([shape.length], INT32, Int32Array.from(shape));
  const type = (name: string): BindingAttribute => ({ name, type: binding.TF_ATTR_TYPE, value: dtype });
  let zeros: BindingTensor | undefined;
  try {
    [zeros] = binding.executeOp(
      'Empty',
      [type('dtype'), { name: 'init', type: binding.TF_ATTR_BOOL, value: true }],
      [lengths],
      1,
    );
    if (content === 'zeros') return zeros.id;
    return binding.executeOp('OnesLike', [type('T')], [zeros.id], 1)[0].id;
  } finally {
    binding.deleteTensor(lengths);
    if (content === 'ones' && zeros !== undefined) binding.deleteTensor(zeros.id);
  }
}

/** What a key holds of a tensor's values: all of small ones, for shapes depend on nothing larger. */
export function contentKey(content: Uint8Array | readonly Uint8Array[]): string {
  if (!(content instanceof Uint8Array)) return content.map((text) => Buffer.from(text).toString('base64')).join();
  return content.byteLength > 256 ? '' : Buffer.from(content).toString('base64');
}
