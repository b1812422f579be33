/** What a recording holds: a step as a list of operations in the order in which they were called. */
import type { AttributeValue, Attributes, ConstantValue, DataType } from './graph-def.ts';

/** Where an operation's input comes from. */
export type Source =
  | { readonly kind: 'constant'; readonly constant: ConstantValue }
  | { readonly kind: 'output'; readonly node: number; readonly output: number }
  /** The variable itself, for operations that read or change it. */
  | { readonly kind: 'variable'; readonly name: string };

export interface RecordedNode {
  readonly operation: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Source[];
  /** Nodes that come before this one although it uses nothing of theirs. */
  readonly after: readonly number[];
  readonly outputs: readonly { readonly shape: number[]; readonly dtype: DataType }[];
}

export interface RecordedStep {
  readonly name: string;
  /** The first nodes, one for each feed. */
  readonly feeds: readonly string[];
  readonly nodes: readonly RecordedNode[];
  readonly outputs: readonly { readonly name: string; readonly source: Source; readonly dtype: DataType }[];
  /** The last change of each variable that the step changes. */
  readonly updates: readonly number[];
}

export function sameSources(a: readonly Source[], b: readonly Source[]): boolean {
  return a.length === b.length && a.every((source, i) => sameSource(source, b[i]));
}

export function sameSource(a: Source, b: Source): boolean {
  if (a.kind === 'constant') return b.kind === 'constant' && sameConstant(a.constant, b.constant);
  if (a.kind === 'output') return b.kind === 'output' && a.node === b.node && a.output === b.output;
  return b.kind === 'variable' && a.name === b.name;
}

function sameConstant(a: ConstantValue, b: ConstantValue): boolean {
  if (a === b) return true;
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && sameContent(a.content, b.content);
}

function sameContent(a: ConstantValue['content'], b: ConstantValue['content']): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return !(b instanceof Uint8Array) && a.length === b.length && a.every((text, i) => Buffer.compare(text, b[i]) === 0);
}

export function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameAttribute(a[name], b[name]));
}

function sameAttribute(a: AttributeValue, b: AttributeValue | undefined): boolean {
  return b !== undefined && a.kind === b.kind && JSON.stringify(a.value) === JSON.stringify(b.value);
}

/**
 * The bytes of a typed array, or those of each text.
 *
 * The addon takes and gives texts as arrays of bytes, whatever the type of its interface says.
 */
export function contentOf(
  values: ArrayBufferView | readonly unknown[],
  how: 'copied' | 'shared',
): ConstantValue['content'] {
  if (!ArrayBuffer.isView(values)) return values as Uint8Array[];
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return how === 'copied' ? bytes.slice() : bytes;
}
