/** What a chain of steps does to one voxel, drawn: its time course before the chain and after each step. */
import sharp from 'sharp';
import type { VoxelCourse } from '../dataset/time-series/preview.ts';
import type { RunEvent } from '../dataset/time-series/scanner-run.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { createPen, type TextPen } from './sheet-text.ts';

export interface TimeCourseInput {
  /** For example `Voxel 120 (V1), run 01`. */
  readonly title: string;
  readonly courses: readonly VoxelCourse[];
  /** Of the run that is shown: shaded in every panel. */
  readonly events: readonly RunEvent[];
}

const ink = '#1b1d20';
const soft = '#5d636b';
const line = '#2f6f9f';
const shade = '#f6d9c4';
const margin = 32;
const head = 56;
const labelWidth = 230;
const panel = { width: 860, height: 84, gap: 22 } as const;
const sizes = { title: 20, label: 13, tick: 11 } as const;
/** Impulses are drawn this many pixels wide. */
const leastEvent = 2;

/**
 * Draws one panel per course, one below the other, on one axis of time.
 *
 * @param letters - `bitmap` uses the built-in letters even where fonts are installed
 * @returns the PNG file
 */
export async function drawTimeCourses(input: TimeCourseInput, letters?: 'bitmap'): Promise<Buffer> {
  const pen = await createPen(letters);
  const width = 2 * margin + labelWidth + panel.width;
  const height = margin + head + input.courses.length * (panel.height + panel.gap) + margin;
  const scale = timeScale(input.courses);
  const title = pen.draw(pen.fit(input.title, sizes.title, width - 2 * margin), margin, margin + 16, {
    size: sizes.title,
    colour: ink,
    weight: 700,
  });
  const panels = input.courses.map((course, index) => {
    const top = margin + head + index * (panel.height + panel.gap);
    return drawPanel(course, input.events, scale, top, pen);
  });
  const [first, last] = scale.range;
  const seconds = `${numberWords(first)} s to ${numberWords(last)} s; shaded: events`;
  const axis = pen.draw(seconds, margin + labelWidth, height - margin + 6, { size: sizes.tick, colour: soft });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${title}${panels.join('')}${axis}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** @throws CortextError `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export async function writeTimeCourses(path: string, input: TimeCourseInput): Promise<void> {
  writeFileAtomic(path, await drawTimeCourses(input));
}

interface TimeScale {
  readonly range: readonly [number, number];
  /** Pixels from the left of the sheet. */
  at(this: void, seconds: number): number;
}

function timeScale(courses: readonly VoxelCourse[]): TimeScale {
  const range = rangeOf(courses.flatMap(({ times }) => times));
  const [first, last] = range;
  return { range, at: (seconds) => margin + labelWidth + (panel.width * (seconds - first)) / (last - first) };
}

/** Smallest and largest finite value; a range of 1 around a single one. */
function rangeOf(values: readonly number[]): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least > most) return [0, 1];
  return least === most ? [least - 0.5, most + 0.5] : [least, most];
}

function drawPanel(course: VoxelCourse, events: readonly RunEvent[], scale: TimeScale, top: number, pen: TextPen): string {
  const [least, most] = rangeOf(course.values);
  const height = (value: number): number => top + panel.height * (1 - (value - least) / (most - least));
  const points = course.values.flatMap((value, i) =>
    Number.isFinite(value) ? [{ x: round(scale.at(course.times[i])), y: round(height(value)) }] : [],
  );
  const path = `<polyline fill="none" stroke="${line}" stroke-width="1.2" points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`;
  // Samples are few and far between: each is a dot.
  const dots = points.length > 150 ? '' : points.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="2" fill="${line}"/>`).join('');
  const tick = { size: sizes.tick, colour: soft, anchor: 'end' } as const;
  const left = margin + labelWidth - 8;
  return [
    ...events.map((event) => drawEvent(event, scale, top)),
    `<rect x="${margin + labelWidth}" y="${top}" width="${panel.width}" height="${panel.height}" fill="none" stroke="#d5d8dc"/>`,
    path,
    dots,
    pen.draw(pen.fit(stepWords(course), sizes.label, labelWidth - 70), margin, top + panel.height / 2 + 4, {
      size: sizes.label,
      colour: ink,
    }),
    pen.draw(numberWords(most), left, top + sizes.tick, tick),
    pen.draw(numberWords(least), left, top + panel.height, tick),
  ].join('');
}

function drawEvent({ onset, duration }: RunEvent, { range: [first, last], at }: TimeScale, top: number): string {
  if (onset > last || onset + duration < first) return '';
  const left = at(Math.max(onset, first));
  const right = Math.max(at(Math.min(onset + duration, last)), left + leastEvent);
  return `<rect x="${round(left)}" y="${top}" width="${round(right - left)}" height="${panel.height}" fill="${shade}"/>`;
}

/** `shift 5`, `detrend 1`: a step with the numbers that it was given. */
function stepWords({ step }: VoxelCourse): string {
  if (step === null) return 'as recorded';
  const numbers = Object.values(step).filter((value) => typeof value === 'number');
  return [step.step, ...numbers.map(numberWords)].join(' ');
}

/** Four digits at most. */
function numberWords(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
