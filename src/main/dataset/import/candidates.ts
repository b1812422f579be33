/** The arrays among which a recipe that leaves things open is completed. */
import { columnKind } from './name-patterns.ts';
import type { MixedTable, ResponseColumns } from './response-columns.ts';
import { describeArray, isVector, type FoundArray, type SourceFiles } from './source-files.ts';

export interface Candidate {
  readonly reference: string;
  readonly array: FoundArray;
  /** For columns of a table instead of an array. */
  readonly columns?: ResponseColumns;
}

/**
 * What may be given a meaning: all arrays, columns of wide tables as far as their names say what they are, but no matrix of a
 * table that has other columns than responses.
 */
export function findCandidates(sources: SourceFiles, tables: readonly MixedTable[]): Candidate[] {
  const arrays = sources
    .arrays()
    .filter(({ array }) => isVector(array.shape) || !tables.some(({ path }) => path === array.file));
  const listed = new Set(arrays.map(({ reference }) => reference));
  const opened = sources.opened();
  const columns = opened.flatMap(({ alias, arrays: { table } }) =>
    (table?.columns ?? [])
      .filter(({ name }) => columnKind(name) !== null)
      .map(({ name }) => (opened.length > 1 ? `${alias}:${name}` : name)),
  );
  const unlisted = [...new Set(columns)].filter((reference) => !listed.has(reference));
  return [...arrays, ...unlisted.map((reference) => ({ reference, array: sources.find(reference) }))];
}

export const isFloat = ({ array }: Candidate) => /float|double|single/i.test(array.type) && !/complex/i.test(array.type);
export const isMatrix = ({ array }: Candidate) => array.shape.length === 2 && Math.min(...array.shape) > 1;
export const isNumeric = ({ array }: Candidate) => /int|float|double|single|logical|bool/i.test(array.type);
export const listed = (candidates: readonly Candidate[]) => candidates.map(({ array }) => describeArray(array)).join('; ');

/** All but a matrix and, where it is a table with names, its voxels: they are often called v1, v2, ... like visual areas. */
export function apartFrom({ file, format, name }: FoundArray, open: readonly Candidate[]): Candidate[] {
  return open.filter(({ array }) => {
    if (array.file !== file) return true;
    return format === 'csv' ? isVector(array.shape) && columnKind(array.name) !== null : array.name !== name;
  });
}
