/** Letters of 3 x 5 squares, drawn without any font: containers and clusters often have none. */
import type { ImageSet } from '../image-set.ts';

/** Five rows of three bits each, from top to bottom; lower case is drawn as upper case. */
const glyphs: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71222',
  '8': '75757',
  '9': '75717',
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34553',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '25552',
  P: '65644',
  Q: '25563',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  '-': '00700',
  _: '00007',
  '.': '00002',
  '/': '11244',
  ' ': '00000',
};
const unknown = '71202';

export const DIGIT_HEIGHT = 5;

export function textWidth(text: string, scale: number): number {
  return text.length * 4 * scale;
}

/** Draws white letters with their upper left corner at (left, top), on an image of three channels. */
export function drawText(sheet: ImageSet, text: string, left: number, top: number, scale: number): void {
  [...text.toUpperCase()].forEach((letter, position) => {
    [...(glyphs[letter] ?? unknown)].forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if ((Number(bits) & (4 >> column)) === 0) continue;
        fillSquare(sheet, left + (position * 4 + column) * scale, top + row * scale, scale);
      }
    });
  });
}

function fillSquare(sheet: ImageSet, left: number, top: number, side: number): void {
  for (let y = top; y < Math.min(top + side, sheet.height); y++) {
    for (let x = left; x < Math.min(left + side, sheet.width); x++) {
      const at = (y * sheet.width + x) * 3;
      sheet.data.fill(0.9, at, at + 3);
    }
  }
}
