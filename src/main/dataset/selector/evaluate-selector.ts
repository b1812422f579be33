/** Members of a selection: set operations over whatever the names stand for. */
import { CortextError } from '../../../shared/errors.ts';
import type { Selector, SelectorTerm } from './parse-selector.ts';

/** 1 for every member, 0 for the others. */
export type Membership = Uint8Array;

/**
 * @param membersOf - the members of one name; all must have the same length
 * @returns a new array of that length
 */
export function evaluateSelector(selector: Selector, membersOf: (term: SelectorTerm) => Membership): Membership {
  if (selector.kind === 'term') return membersOf(selector).slice();
  const left = evaluateSelector(selector.left, membersOf);
  const right = evaluateSelector(selector.right, membersOf);
  switch (selector.kind) {
    case 'union':
      return left.map((member, index) => member | right[index]);
    case 'intersection':
      return left.map((member, index) => member & right[index]);
    case 'difference':
      return left.map((member, index) => member & ~right[index] & 1);
  }
}

/** Indices of the members, ascending. */
export function memberIndices(members: Membership): number[] {
  const indices: number[] = [];
  for (let index = 0; index < members.length; index++) if (members[index] === 1) indices.push(index);
  return indices;
}

/**
 * The names that a term means: itself, or all that fit its pattern.
 *
 * @param things - what the names are, for the message: `key`, `region`
 * @throws CortextError `REGION_UNKNOWN` naming what there is
 */
export function matchNames(pattern: string, names: readonly string[], things: string, where: string): string[] {
  if (names.includes(pattern)) return [pattern];
  const fits = fitting(pattern);
  const found = pattern.includes('*') ? names.filter(fits) : [];
  if (found.length > 0) return found;
  throw new CortextError('REGION_UNKNOWN', `${where} has no ${things} ${pattern}.`, {
    hint: `It has ${names.slice(0, 60).join(', ')}${names.length > 60 ? `, and ${names.length - 60} more` : ''}.`,
    details: { available: names.slice(0, 1000) },
  });
}

/** Whether a name fits a pattern, piece by piece: a regular expression of many `*` could take forever. */
export function fitting(pattern: string): (name: string) => boolean {
  const pieces = pattern.split('*');
  const [start] = pieces;
  const end = pieces[pieces.length - 1];
  return (name) => {
    if (!name.startsWith(start) || !name.endsWith(end) || name.length < start.length + end.length) return false;
    let at = start.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = name.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return at <= name.length - end.length;
  };
}
