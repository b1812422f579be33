/** Recipe entries as typed on a command line: `voxels=R2`, `voxels.layout=voxels-by-samples`, `regions.V1.mask=is_V1`. */
import { parse } from 'yaml';
import { CortextError } from '../../shared/errors.ts';

/**
 * Sets single entries of a recipe by their dotted paths. Values are read as YAML: numbers, booleans and lists mean
 * themselves, everything else is text.
 *
 * A text in place of an object (`voxels: R2`) is the short form of `{ array: R2 }` and is widened when an entry inside
 * it is set.
 *
 * @throws CortextError `INVALID_RECIPE` naming the entry whose value is neither a text nor well-formed YAML
 */
export function applyMappings(recipe: unknown, mappings: Readonly<Record<string, string>>): Record<string, unknown> {
  const changed = structuredClone(recipe) as Record<string, unknown>;
  // Short paths first, so that `voxels=R2` does not undo `voxels.layout=...`.
  const ordered = Object.entries(mappings).sort(([a], [b]) => a.split('.').length - b.split('.').length);
  for (const [path, text] of ordered) {
    const keys = path.split('.');
    const last = keys.pop();
    if (last === undefined) continue;
    let target = changed;
    for (const key of keys) {
      const inner = target[key];
      if (typeof inner === 'string') target[key] = { array: inner };
      else if (typeof inner !== 'object' || inner === null) target[key] = {};
      // Every branch above leaves an object there.
      target = target[key] as Record<string, unknown>;
    }
    target[last] = valueOf(path, text);
  }
  return changed;
}

function valueOf(path: string, text: string): unknown {
  try {
    return parse(text, { prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CortextError('INVALID_RECIPE', `The mapping ${path}=${text} cannot be read: ${reason}`, {
      hint: 'Put texts with brackets, quotes or colons into quotes: --map "name=\'a: b\'".',
      cause: error,
    });
  }
}
