/** Recipe entries as typed on a command line: `voxels=R2`, `voxels.layout=voxels-by-samples`, `regions.V1.mask=is_V1`. */
import { parse } from 'yaml';

/**
 * Sets single entries of a recipe by their dotted paths. Values are read as YAML: numbers, booleans and lists mean
 * themselves, everything else is text.
 *
 * A text in place of an object (`voxels: R2`) is the short form of `{ array: R2 }` and is widened when an entry inside
 * it is set.
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
    target[last] = parse(text);
  }
  return changed;
}
