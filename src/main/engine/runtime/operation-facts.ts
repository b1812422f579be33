/** What the recorder has to know about single operations of TensorFlow. */
import type { BindingAttribute, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import type { AttributeValue, DataType } from './graph-def.ts';

/** Operations whose outputs' shapes depend on values: a graph cannot follow where JavaScript used those shapes. */
export const shapedByValues: ReadonlySet<string> = new Set([
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

/** Types that kernels leave out because eager execution infers them: attribute and the input that it is taken from. */
const inferred: Readonly<Record<string, readonly (readonly [attribute: string, input: number])[] | undefined>> = {
  ExpandDims: [['T', 0]],
};

export function inferredTypes(operation: string): readonly (readonly [attribute: string, input: number])[] {
  return inferred[operation] ?? [];
}

/**
 * An attribute as the addon takes it, as a graph's. Null when the addon has no such type.
 *
 * The addon's interface pairs each type with its values, which the types here cannot say.
 */
export function graphAttribute(binding: TensorFlowBinding, { type, value }: BindingAttribute): AttributeValue | null {
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
      return null;
  }
}
