/** Reads the float32 arrays of small NumPy archives, by code that shares nothing with the application's readers. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function readNpz(path: string): Map<string, ReferenceArray> {
  const files = Object.entries(unzipSync(readFileSync(path)));
  return new Map(files.map(([name, bytes]) => [name.replace(/\.npy$/, ''), parseNpy(bytes)]));
}

export function readNpy(path: string): ReferenceArray {
  return parseNpy(readFileSync(path));
}

function parseNpy(bytes: Uint8Array): ReferenceArray {
  const headerLength = bytes[8] + 256 * bytes[9];
  const header = new TextDecoder('latin1').decode(bytes.subarray(10, 10 + headerLength));
  if (!header.includes("'<f4'")) throw new Error(`Only float32 is read here, not ${header}`);
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').matchAll(/\d+/g)].map(([digits]) =>
    Number(digits),
  );
  const values = new Float32Array(Uint8Array.from(bytes.subarray(10 + headerLength)).buffer);
  if (!header.includes("'fortran_order': True")) return { shape, values };
  const axes = shape.map((_, axis) => shape.length - 1 - axis);
  return transposeAxes({ shape: shape.toReversed(), values }, axes);
}

/** Reorders axes: the result's axis i is the array's axis `order[i]`. */
export function transposeAxes({ shape, values }: ReferenceArray, order: readonly number[]): ReferenceArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const turned = order.map((axis) => shape[axis]);
  const result = new Float32Array(values.length);
  const place = order.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = values[place.reduce((offset, index, axis) => offset + index * strides[order[axis]], 0)];
    for (let axis = place.length - 1; axis >= 0; axis--) {
      place[axis] += 1;
      if (place[axis] < turned[axis]) break;
      place[axis] = 0;
    }
  }
  return { shape: turned, values: result };
}
