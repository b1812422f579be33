import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import type { TensorFlowBinding } from '../../../src/main/engine/backends/tensorflow-backend.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { attribute, FLOAT, INT32 } from '../../../src/main/engine/runtime/graph-def.ts';
import { type OperationCall, OutputShapes } from '../../../src/main/engine/runtime/output-shapes.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe.skipIf(findInstallation('cpu') === null)('shapes of outputs', () => {
  let addon: TensorFlowBinding;
  let asked: string[];
  /** The addon, noting what it is asked to run. */
  let binding: TensorFlowBinding;

  beforeAll(async () => {
    const backend = await startBackend('tensorflow');
    if (backend.binding === undefined) throw new Error('The native engine has no addon.');
    addon = backend.binding;
    binding = Object.create(addon, {
      executeOp: {
        value: (...call: Parameters<TensorFlowBinding['executeOp']>) => {
          asked.push(call[0]);
          return addon.executeOp(...call);
        },
      },
      // The properties of the addon keep their types.
    }) as TensorFlowBinding;
  });

  const product = (rows: number): OperationCall => ({
    operation: 'MatMul',
    bound: [
      { name: 'transpose_a', type: addon.TF_ATTR_BOOL, value: false },
      { name: 'transpose_b', type: addon.TF_ATTR_BOOL, value: true },
      { name: 'T', type: addon.TF_ATTR_TYPE, value: FLOAT },
    ],
    attributes: {
      transpose_a: { kind: 'boolean', value: false },
      transpose_b: { kind: 'boolean', value: true },
      T: attribute.type(FLOAT),
    },
    inputs: [
      { shape: [rows, 3], dtype: FLOAT },
      { shape: [5, 3], dtype: FLOAT },
    ],
    outputs: 1,
  });

  function shapesAfter(file: string | null, ...calls: OperationCall[]) {
    asked = [];
    const shapes = new OutputShapes(file);
    const found = calls.map((call) => shapes.of(binding, call));
    shapes.save();
    return { found, asked: asked.filter((operation) => operation === 'MatMul').length };
  }

  it('are asked for once for each shape of the inputs, and leave no tensor behind', () => {
    const before = addon.getNumOfTensors();
    expect(shapesAfter(null, product(4), product(2), product(4))).toEqual({
      found: [4, 2, 4].map((rows) => [{ shape: [rows, 5], dtype: FLOAT }]),
      asked: 2,
    });
    expect(addon.getNumOfTensors()).toBe(before);
  });

  it('are told apart by the values that decide about them', () => {
    const reshape = (id: number, lengths: string): OperationCall => ({
      operation: 'Reshape',
      bound: [
        { name: 'T', type: addon.TF_ATTR_TYPE, value: FLOAT },
        { name: 'Tshape', type: addon.TF_ATTR_TYPE, value: INT32 },
      ],
      attributes: { T: attribute.type(FLOAT), Tshape: attribute.type(INT32) },
      inputs: [
        { shape: [6], dtype: FLOAT },
        { shape: [2], dtype: INT32, known: { id, content: lengths } },
      ],
      outputs: 1,
    });
    const ids = [Int32Array.of(2, 3), Int32Array.of(3, 2)].map((values) => addon.createTensor([2], INT32, values));
    const { found } = shapesAfter(null, reshape(ids[0], '2 3'), reshape(ids[1], '3 2'));
    expect(found.map(([{ shape }]) => shape)).toEqual([
      [2, 3],
      [3, 2],
    ]);
    for (const id of ids) addon.deleteTensor(id);
  });

  it('are tried out on ones where zeros do not suit, and refused in the words of TensorFlow where nothing does', () => {
    const division: OperationCall = {
      operation: 'FloorDiv',
      bound: [{ name: 'T', type: addon.TF_ATTR_TYPE, value: INT32 }],
      attributes: { T: attribute.type(INT32) },
      inputs: [
        { shape: [2], dtype: INT32 },
        { shape: [2], dtype: INT32 },
      ],
      outputs: 1,
    };
    expect(shapesAfter(null, division).found).toEqual([[{ shape: [2], dtype: INT32 }]]);
    const before = addon.getNumOfTensors();
    const misfit = { ...product(4), inputs: [product(4).inputs[0], { shape: [5, 2], dtype: FLOAT }] };
    expect(() => shapesAfter(null, misfit)).toThrow(/Matrix size-incompatible/);
    expect(addon.getNumOfTensors()).toBe(before);
  });

  it('are known to the next process, unless the file was damaged', () => {
    const file = join(temporaryFolder(), 'compile', 'shapes.json');
    const first = shapesAfter(file, product(4), product(2));
    expect(first.asked).toBe(2);
    expect(shapesAfter(file, product(4), product(2))).toEqual({ ...first, asked: 0 });

    const written = readFileSync(file, 'utf8');
    for (const damaged of [written.replaceAll('[4,5]', '[4,6]'), written.slice(0, -9), '', 'x\n[]']) {
      writeFileSync(file, damaged);
      expect(shapesAfter(file, product(4), product(2))).toEqual(first);
      expect(readFileSync(file, 'utf8')).toBe(written);
    }
  });

  it('are done without where the folder is a file', () => {
    const folder = join(temporaryFolder(), 'compile');
    writeFileSync(folder, '');
    expect(shapesAfter(join(folder, 'shapes.json'), product(4)).asked).toBe(1);
  });
});
