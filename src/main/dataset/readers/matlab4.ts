/** MATLAB 4 files (`save -v4`), which are recognised and not read: they hold nothing but two-dimensional matrices. */

const HEAD = 20;
/** Types are thousands, hundreds, tens and ones: machine, 0, precision, and full, text or sparse. */
const PRECISIONS = 5;
const KINDS = 2;
const LONGEST_NAME = 64;

/** By the head of the first variable; such files have no head of their own. */
export function isMatlab4(head: Uint8Array): boolean {
  if (head.length < HEAD + 2) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return [true, false].some((littleEndian) => {
    const [type, rows, columns, imaginary, nameLength] = [0, 4, 8, 12, 16].map((at) => view.getInt32(at, littleEndian));
    const [machine, precision, kind] = [Math.floor(type / 1000), Math.floor(type / 10) % 100, type % 10];
    if (machine !== (littleEndian ? 0 : 1) || precision > PRECISIONS || kind < 0 || kind > KINDS) return false;
    if (rows < 0 || columns < 0 || (imaginary !== 0 && imaginary !== 1)) return false;
    if (nameLength < 2 || nameLength > LONGEST_NAME || HEAD + nameLength > head.length) return false;
    return /^[A-Za-z]\w*\0$/.test(Buffer.from(head.subarray(HEAD, HEAD + nameLength)).toString('latin1'));
  });
}
