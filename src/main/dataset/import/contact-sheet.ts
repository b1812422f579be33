/** Contact sheet: the first stimuli of an import, large enough to see whether they stand upright. */
import { writeFileAtomic } from '../../files/atomic.ts';
import { CortextError } from '../../../shared/errors.ts';
import { encodePng, emptyImages, imagePixels, toColour, type ImageSet } from '../image-set.ts';
import type { RecordingDraft } from '../recording-draft.ts';
import { DIGIT_HEIGHT, drawText, textWidth } from './pixel-letters.ts';

export interface ContactSheetOptions {
  /** How many stimuli at most. */
  readonly count?: number;
  readonly columns?: number;
  /** Side of the square that each stimulus has to itself, in pixels. */
  readonly tile?: number;
}

const BACKGROUND = 0.16;
const GAP = 10;
const LETTER = 2;
const LINE = (DIGIT_HEIGHT + 3) * LETTER;

/**
 * Writes a PNG of the first stimuli in the order of the samples that show them, each once, with its index and name.
 * Small images are enlarged without smoothing, large ones shown by every n-th pixel.
 *
 * @returns how many stimuli are on it
 * @throws CortextError `IMAGE_COUNT` when there are none; `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeContactSheet(
  path: string,
  draft: Pick<RecordingDraft, 'images' | 'stimuli' | 'columns'>,
  { count = 24, columns = 6, tile = 120 }: ContactSheetOptions = {},
): Promise<number> {
  const chosen = await firstDifferent(draft, count);
  if (chosen.length === 0) {
    throw new CortextError('IMAGE_COUNT', 'There is no stimulus to show on a contact sheet.', {
      hint: 'Map the images first: "images: { array }", "{ folder }" or "{ zip }".',
    });
  }
  const across = Math.min(columns, chosen.length);
  const cell = { width: tile + GAP, height: tile + GAP + 2 * LINE };
  const rows = Math.ceil(chosen.length / across);
  const sheet = emptyImages(1, rows * cell.height + GAP, across * cell.width + GAP, 3);
  sheet.data.fill(BACKGROUND);
  chosen.forEach(({ picture, index }, place) => {
    const left = GAP + (place % across) * cell.width;
    const top = GAP + Math.floor(place / across) * cell.height;
    drawPicture(sheet, toColour(picture), left, top, tile);
    const { name, category } = draft.stimuli[index];
    drawText(sheet, String(index), left, top + tile + LETTER * 2, LETTER);
    drawText(sheet, labelOf(name, category, tile), left, top + tile + LINE, LETTER);
  });
  writeFileAtomic(path, await encodePng(sheet));
  return chosen.length;
}

async function firstDifferent(
  { images, columns }: Pick<RecordingDraft, 'images' | 'columns'>,
  count: number,
): Promise<{ picture: ImageSet; index: number }[]> {
  const chosen: { picture: ImageSet; index: number }[] = [];
  for (const index of new Set(columns.stimulus)) {
    if (index === null) continue;
    const picture = await images.load(index);
    if (!chosen.some((other) => samePixels(other.picture, picture))) chosen.push({ picture, index });
    if (chosen.length === count) break;
  }
  return chosen;
}

function samePixels(a: ImageSet, b: ImageSet): boolean {
  return (
    a.height === b.height &&
    a.width === b.width &&
    a.channels === b.channels &&
    a.data.every((value, i) => value === b.data[i])
  );
}

/** Centred in its square, by nearest neighbour: by whole factors when it is smaller. */
function drawPicture(sheet: ImageSet, picture: ImageSet, left: number, top: number, tile: number): void {
  const longer = Math.max(picture.height, picture.width);
  const scale = longer <= tile ? Math.floor(tile / longer) : tile / longer;
  const height = Math.max(1, Math.round(picture.height * scale));
  const width = Math.max(1, Math.round(picture.width * scale));
  const [marginX, marginY] = [Math.floor((tile - width) / 2), Math.floor((tile - height) / 2)];
  const pixels = imagePixels(picture, 0);
  for (let y = 0; y < height; y++) {
    const fromRow = Math.min(picture.height - 1, Math.floor(y / scale)) * picture.width;
    for (let x = 0; x < width; x++) {
      const from = (fromRow + Math.min(picture.width - 1, Math.floor(x / scale))) * 3;
      const to = ((top + marginY + y) * sheet.width + left + marginX + x) * 3;
      for (let channel = 0; channel < 3; channel++) sheet.data[to + channel] = pixels[from + channel];
    }
  }
}

/** The category where it says more than the name, and both fit. */
function labelOf(name: string, category: string | null, width: number): string {
  const both = `${name} ${category ?? ''}`;
  const says = category !== null && !name.includes(category) && textWidth(both, LETTER) <= width;
  return says ? both : shorten(name, width);
}

/** Names of files differ at their ends more often than at their beginnings. */
function shorten(text: string, width: number): string {
  if (textWidth(text, LETTER) <= width) return text;
  const fits = Math.floor(width / textWidth('0', LETTER)) - 2;
  return `..${text.slice(-fits)}`;
}
