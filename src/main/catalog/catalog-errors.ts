/** What can be wrong with the catalog's file, in our codes. */
import { CortextError, toCortextError } from '../../shared/errors.ts';

export const rebuildHint =
  'Run `cortext catalog rebuild`: the catalog is only an index, recordings and experiments are untouched.';

/** SQLite's failures in our codes; everything else passes through `toCortextError`. */
export function toCatalogError(error: unknown, path: string): CortextError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = error instanceof Error ? error.message : String(error);
  const cause = { cause: error };
  if (/^SQLITE_(NOTADB|CORRUPT|IOERR_SHORT_READ)/.test(code)) {
    return new CortextError('CATALOG_DAMAGED', `${path} is damaged: ${text}.`, { hint: rebuildHint, ...cause });
  }
  // A table or column that our migrations made is gone: somebody changed the file.
  if (code === 'SQLITE_ERROR' && /no such (table|column)/.test(text)) {
    return new CortextError('CATALOG_DAMAGED', `${path} lacks a part: ${text}.`, { hint: rebuildHint, ...cause });
  }
  if (code === 'SQLITE_FULL') {
    return new CortextError('NO_SPACE_LEFT', `The disk is full; ${path} could not be written.`, {
      hint: 'Free some space. Nothing was changed.',
      ...cause,
    });
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    return new CortextError('WORKSPACE_READ_ONLY', `${path} cannot be opened for writing: ${text}.`, {
      hint: 'Choose a workspace folder that you may write to.',
      ...cause,
    });
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new CortextError('CATALOG_BUSY', `${path} is being written by another process.`, {
      hint: 'Try again in a moment.',
      ...cause,
    });
  }
  return toCortextError(error, path);
}
