/** A split as a picture with words: every fold, what it tests on, and which samples train and test in it. */
import sharp from 'sharp';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { imagePixels } from '../dataset/image-set.ts';
import { dealIntoFolds, type FoldedSplit } from '../dataset/split-folds.ts';
import { splitColours, splitPicture } from '../dataset/split-picture.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { createPen, type TextPen } from './sheet-text.ts';

const ink = '#1b1d20';
const soft = '#5d636b';
const margin = 32;
const sizes = { title: 22, subtitle: 14, label: 12 } as const;
/** Extent of the drawn samples in pixels. */
const width = 960;
const heights = { fold: 20, least: 24, most: 600 } as const;
/** Labels take at most this many pixels. */
const widestLabel = 260;

/**
 * Draws the samples of a recording from left to right and the folds of a split from top to bottom.
 *
 * @param letters - `bitmap` uses the built-in letters even where fonts are installed
 * @returns the PNG file
 * @throws CortextError `SPLIT_INVALID`
 */
export async function drawSplitSheet(
  metadata: RecordingMetadata,
  spec: FoldedSplit,
  letters?: 'bitmap',
): Promise<Buffer> {
  const pen = await createPen(letters);
  const { names } = dealIntoFolds(metadata, spec);
  const height = Math.min(heights.most, Math.max(heights.least, names.length * heights.fold));
  const labels = foldLabels(names, height, pen);
  const labelWidth = Math.ceil(Math.max(...labels.map(({ text }) => pen.measure(text, sizes.label)))) + 12;
  const left = margin + labelWidth;
  const top = margin + sizes.title + sizes.subtitle + 28;
  const picture = splitPicture(metadata, spec);
  const pixels = Uint8ClampedArray.from(imagePixels(picture, 0), (value) => value * 255);
  const samples = await sharp(pixels, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();
  const size = { width: left + width + margin, height: top + height + 56 + margin };
  const words = [
    pen.draw(pen.fit(`${spec.kind}: ${metadata.name}`, sizes.title, size.width - 2 * margin), margin, margin + 18, {
      size: sizes.title,
      colour: ink,
      weight: 700,
    }),
    pen.draw(
      `${metadata.samples} samples from left to right; ${names.length} ${names.length === 1 ? 'fold, which tests' : 'folds, which test'} on`,
      margin,
      margin + 18 + sizes.subtitle + 10,
      { size: sizes.subtitle, colour: soft },
    ),
    ...labels.map(({ text, at }) =>
      pen.draw(text, left - 12, top + at + sizes.label * 0.36, { size: sizes.label, colour: ink, anchor: 'end' }),
    ),
    pen.draw(`sample 0 to ${metadata.samples - 1}`, left, top + height + 20, { size: sizes.label, colour: soft }),
    legend(pen, left, top + height + 46),
  ];
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${words.join('')}</svg>`;
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite([
      { input: samples, left, top },
      { input: Buffer.from(text), left: 0, top: 0 },
    ])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** @throws CortextError as `drawSplitSheet`; `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export async function writeSplitSheet(path: string, metadata: RecordingMetadata, spec: FoldedSplit): Promise<void> {
  writeFileAtomic(path, await drawSplitSheet(metadata, spec));
}

/** What every fold tests on, or every n-th where there is no room for all, with the middle of its row. */
function foldLabels(names: readonly string[], height: number, pen: TextPen): { text: string; at: number }[] {
  const row = height / names.length;
  const every = Math.ceil((sizes.label + 3) / row);
  return names.flatMap((name, fold) =>
    fold % every === 0 ? [{ text: pen.fit(name, sizes.label, widestLabel), at: (fold + 0.5) * row }] : [],
  );
}

function legend(pen: TextPen, left: number, baseline: number): string {
  const entries = [
    ['trains', splitColours.train],
    ['tests', splitColours.test],
    ['is left out', splitColours.leftOut],
  ] as const;
  let x = left;
  return entries
    .map(([text, colour]) => {
      const rgb = colour.map((value) => Math.round(value * 255)).join(',');
      const box = `<rect x="${x}" y="${baseline - 11}" width="12" height="12" fill="rgb(${rgb})"/>`;
      const word = pen.draw(text, x + 18, baseline, { size: sizes.label, colour: ink });
      x += 18 + pen.measure(text, sizes.label) + 24;
      return box + word;
    })
    .join('');
}
