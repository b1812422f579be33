import { expect, it } from 'vitest';
import { attribute, FLOAT } from '../../../src/main/engine/runtime/graph-def.ts';
import type { RecordedNode, RecordedStep } from '../../../src/main/engine/runtime/recorded-step.ts';
import { stepGraph } from '../../../src/main/engine/runtime/step-graph.ts';

const outputs = [{ shape: [2], dtype: FLOAT }];
const feed: RecordedNode = {
  operation: 'Placeholder',
  attributes: { dtype: attribute.type(FLOAT), shape: attribute.shape([2]) },
  inputs: [],
  after: [],
  outputs,
};
const output = (node: number) => ({ kind: 'output', node, output: 0 }) as const;
const sum = (operation: string, ...terms: number[]): RecordedNode => ({
  operation,
  attributes: { T: attribute.type(FLOAT) },
  inputs: terms.map(output),
  after: [],
  outputs,
});
/** Four terms in one sum, and a sum of that and another. */
const step: RecordedStep = {
  name: 'sums',
  feeds: ['a', 'b', 'c', 'd'],
  nodes: [feed, feed, feed, feed, sum('AddN', 0, 1, 2, 3), sum('Add', 4, 0)],
  outputs: [{ name: 'sum', source: output(5), dtype: FLOAT }],
  updates: [],
};

function operations(orderedSums: boolean): string {
  return Buffer.from(stepGraph([step], [], { orderedSums }).savedModel).toString('latin1');
}

// TensorFlow joins sums of sums, and may add the terms of a sum of more than two as they come.
it('leaves TensorFlow no sum of more than two terms, nor one of another, where the order of sums counts', () => {
  const graph = operations(true);
  // Operations and attributes follow their length in the graph; names of nodes have a prefix.
  expect(graph).not.toContain('\x04AddN');
  expect(graph).not.toContain('\x03Add');
  expect(graph.split('\x05AddV2').length - 1).toBe(4);
  expect(graph.split('\x0bEnsureShape').length - 1).toBe(4);
});

it('leaves sums as they were recorded otherwise', () => {
  const graph = operations(false);
  expect(graph).toContain('\x04AddN');
  expect(graph).not.toContain('EnsureShape');
});
