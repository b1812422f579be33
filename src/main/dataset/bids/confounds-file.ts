/** Confounds of a run: fMRIPrep's tables, and motion parameters without a header. */
import { CortextError } from '../../../shared/errors.ts';
import type { Confounds } from '../time-series/scanner-run.ts';
import { parseTable, readTextFile } from './table.ts';

/** What fMRIPrep called the table: since 20.0, from 1.1, and before. */
export const confoundSuffixes = [
  { suffix: 'timeseries', desc: 'confounds' },
  { suffix: 'regressors', desc: 'confounds' },
  { suffix: 'bold_confounds', desc: undefined },
] as const;

/**
 * Reads a table of columns `[volumes]`, NaN where it says `n/a`. Columns of numbers without names are called
 * `motion_1` and so on.
 *
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_DAMAGED` for a cell that is no number, `FORMAT_UNSUPPORTED` for lines of AFNI
 */
export function readConfounds(path: string): Confounds {
  const text = readTextFile(path);
  const [first = ''] = text.split(/\r?\n/, 1);
  if (first.trimStart().startsWith('#')) {
    throw new CortextError('FORMAT_UNSUPPORTED', `${path} begins with #, as AFNI's .1D files do; such lines cannot be read.`, {
      hint: 'Take the lines with # out, and leave the numbers, one row per volume: they are called motion_1, motion_2, ...',
      details: { path },
    });
  }
  const words = first.trim().split(/\s+/);
  const { names, rows } = words.every((word) => word !== '' && Number.isFinite(Number(word)))
    ? plainColumns(text, path)
    : parseTable(text, path);
  return Object.fromEntries(
    names.map((name, column): [string, Float64Array] => [
      name,
      Float64Array.from(rows, (row, volume) => numberOf(row[column], name, volume, path)),
    ]),
  );
}

function plainColumns(text: string, path: string) {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  const [{ length }] = rows;
  const odd = rows.findIndex((row) => row.length !== length);
  if (odd !== -1) {
    throw new CortextError('FILE_DAMAGED', `${path}, row ${odd + 1}, has ${rows[odd].length} numbers instead of ${length}.`, {
      hint: 'Every volume needs the same number of motion parameters.',
    });
  }
  return { names: Array.from({ length }, (_, column) => `motion_${column + 1}`), rows };
}

function numberOf(cell: string | null, name: string, volume: number, path: string): number {
  const value = cell === null || cell.toLowerCase() === 'nan' ? NaN : Number(cell);
  if (!Number.isNaN(value) || cell === null || cell.toLowerCase() === 'nan') return value;
  throw new CortextError('FILE_DAMAGED', `${path}, row ${volume + 1}: ${name} is ${cell}, which is no number.`, {
    hint: 'A missing value is written n/a.',
  });
}

/** Columns of head motion, in the names of every version of fMRIPrep and of files without a header. */
const motionNames = [
  ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'],
  ['X', 'Y', 'Z', 'RotX', 'RotY', 'RotZ'],
  ['motion_1', 'motion_2', 'motion_3', 'motion_4', 'motion_5', 'motion_6'],
];
const componentName = /^(?:a_comp_cor_|aCompCor)0*(\d+)$/;
const MOST_COMPONENTS = 5;

/**
 * What is usually regressed of the columns that all runs have: motion, and the first five components of noise in white
 * matter and fluid.
 */
export function usualConfounds(names: readonly string[]): string[] {
  const motion = motionNames.find((list) => list.every((name) => names.includes(name))) ?? [];
  const components = names
    .filter((name) => componentName.test(name))
    .sort((a, b) => Number(componentName.exec(a)?.[1]) - Number(componentName.exec(b)?.[1]))
    .slice(0, MOST_COMPONENTS);
  return [...motion, ...components];
}
