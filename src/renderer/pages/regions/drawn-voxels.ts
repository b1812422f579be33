/** Drawings as bitmaps: one byte per voxel, 1 where it is drawn, x fastest. */

type Sides = readonly [number, number, number];

/** The drawing and all voxels that share a face with it, of those that are allowed. */
export function grown(drawn: Uint8Array, sides: Sides, allowed: Uint8Array): Uint8Array {
  const result = drawn.slice();
  forEachFace(sides, (a, b) => {
    if (drawn[a] === 1 && allowed[b] === 1) result[b] = 1;
    if (drawn[b] === 1 && allowed[a] === 1) result[a] = 1;
  });
  return result;
}

/** The drawing without the voxels that share a face with what is not drawn. */
export function shrunk(drawn: Uint8Array, sides: Sides): Uint8Array {
  const result = drawn.slice();
  forEachFace(sides, (a, b) => {
    if (drawn[a] === 0) result[b] = 0;
    if (drawn[b] === 0) result[a] = 0;
  });
  return result;
}

/** Every pair of neighbours, once. */
function forEachFace([width, height, depth]: Sides, visit: (a: number, b: number) => void): void {
  const layer = width * height;
  let at = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        if (x + 1 < width) visit(at, at + 1);
        if (y + 1 < height) visit(at, at + width);
        if (z + 1 < depth) visit(at, at + layer);
      }
    }
  }
}
