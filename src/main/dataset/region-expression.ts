/** Regions from regions: `V1 + V2`, `(LOC | FFA) - V4`, `'V*' & left`. */
import { CortextError } from '../../shared/errors.ts';
import type { Region } from '../../shared/recording.ts';
import { evaluateSelector, matchNames, memberIndices } from './selector/evaluate-selector.ts';
import { parseSelector } from './selector/parse-selector.ts';

export interface RegionExpressionResult {
  /** Columns of the voxel matrix, ascending. */
  readonly voxels: number[];
  /** Every region that the expression names, by pattern or by name, in the order of its first mention. */
  readonly used: readonly string[];
}

/**
 * Union (`+` or `|`), intersection (`&`) and difference (`-`), from left to right; `*` in a name stands for any letters.
 *
 * @param regions - what names mean
 * @param voxels - of the recording
 * @param where - whose regions they are, for messages: `The recording s1`
 * @throws CortextError `INVALID_ARGUMENT` for what is no expression, `REGION_UNKNOWN` with the available names,
 *   `REGION_EMPTY` when no voxel is left
 */
export function evaluateRegionExpression(
  expression: string,
  regions: readonly Region[],
  voxels: number,
  where: string,
): RegionExpressionResult {
  const names = regions.map(({ name }) => name);
  const used = new Set<string>();
  const members = evaluateSelector(parseSelector(expression), ({ name, value }) => {
    if (value !== 1) {
      throw new CortextError('INVALID_ARGUMENT', `A region has no values, but ${expression} asks for ${name} = ${value}.`, {
        hint: `Write ${name} alone.`,
      });
    }
    const found = new Uint8Array(voxels);
    for (const match of matchNames(name, names, 'region', where)) {
      used.add(match);
      for (const voxel of regions[names.indexOf(match)].voxels) found[voxel] = 1;
    }
    return found;
  });
  const kept = memberIndices(members);
  if (kept.length === 0) {
    throw new CortextError('REGION_EMPTY', `${where} has no voxel in ${expression}.`, {
      hint: 'Look at the overlaps of its regions with: cortext regions',
    });
  }
  return { voxels: kept, used: [...used] };
}
