/** Regions of interest: the words of an experiment. */
import { CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata, Region } from '../../shared/recording.ts';
import { regionCombinations } from './region-combinations.ts';

/** Two regions that have voxels in common. */
export interface RegionOverlap {
  readonly first: string;
  readonly second: string;
  /** Voxels in both. */
  readonly voxels: number;
  /** The same as a share of the smaller region. */
  readonly share: number;
}

/**
 * Neighbours may share some voxels; when more than this share of a region lies in another one, the other is taken for
 * a union (LVC, HVC, VC) that contains it. The drawn borders of unions do not always enclose every voxel of a part.
 */
export const UNION_SHARE = 0.5;

/**
 * The named regions of a recording, in the order of `names`.
 *
 * A union never stands together with its parts: the network would read the same voxels twice, as two words.
 *
 * @throws CortextError `REGION_UNKNOWN` with the available names, `REGION_EMPTY`, `REGION_OVERLAP` saying which regions
 */
export function selectRegions(metadata: RecordingMetadata, names: readonly string[]): Region[] {
  if (names.length === 0) {
    throw new CortextError('REGION_EMPTY', 'No region was selected.', { hint: availableHint(metadata) });
  }
  const regions = names.map((name) => findRegion(metadata, name));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new CortextError('REGION_OVERLAP', `The region ${repeated} was selected twice.`, { hint: 'Name it once.' });
  }
  const unions = regionOverlaps(regions).filter((overlap) => overlap.share > UNION_SHARE);
  if (unions.length > 0) throw unionError(regions, unions);
  return regions;
}

/** Every pair of regions with voxels in common, for the report: small overlaps are allowed, but said. */
export function regionOverlaps(regions: readonly Region[]): RegionOverlap[] {
  const voxels = 1 + regions.reduce((most, region) => Math.max(most, region.voxels.at(-1) ?? -1), -1);
  const common = new Map<number, number>();
  for (const combination of regionCombinations(regions, voxels).combinations) {
    combination.regions.forEach((first, at) => {
      for (const second of combination.regions.slice(at + 1)) {
        const pair = first * regions.length + second;
        common.set(pair, (common.get(pair) ?? 0) + combination.voxels);
      }
    });
  }
  return [...common]
    .sort(([a], [b]) => a - b)
    .map(([pair, shared]) => {
      const [first, second] = [regions[Math.floor(pair / regions.length)], regions[pair % regions.length]];
      const share = shared / Math.min(first.voxels.length, second.voxels.length);
      return { first: first.name, second: second.name, voxels: shared, share };
    });
}

function findRegion(metadata: RecordingMetadata, name: string): Region {
  const region = metadata.regions.find((candidate) => candidate.name === name);
  if (region === undefined) {
    const near = nearestName(
      name,
      metadata.regions.map((candidate) => candidate.name),
    );
    throw new CortextError(
      'REGION_UNKNOWN',
      `The recording ${metadata.id} has no region ${name}${near === null ? '' : `; did you mean ${near}?`}`,
      { hint: availableHint(metadata), details: { available: metadata.regions.map((candidate) => candidate.name) } },
    );
  }
  if (region.voxels.length === 0) {
    throw new CortextError('REGION_EMPTY', `The region ${name} of the recording ${metadata.id} has no voxels.`, {
      hint: 'Leave the region out, or check its mask and import the recording again.',
    });
  }
  return region;
}

function availableHint(metadata: RecordingMetadata): string {
  if (metadata.regions.length === 0) return 'The recording has no regions; import it again with region masks.';
  return `Available: ${metadata.regions.map(({ name, voxels }) => `${name} (${voxels.length} voxels)`).join(', ')}.`;
}

/** A region, and the others that lie in it. */
export interface RegionUnion {
  readonly union: string;
  readonly parts: readonly { readonly part: string; readonly voxels: number }[];
}

/**
 * Which of two regions that overlap so far contains the other: the larger one.
 *
 * @param size - voxels of a region, by its name
 * @returns none for overlaps up to `UNION_SHARE`
 */
export function regionUnions(overlaps: readonly RegionOverlap[], size: (name: string) => number): RegionUnion[] {
  const pairs = overlaps
    .filter(({ share }) => share > UNION_SHARE)
    .map(({ first, second, voxels }) =>
      size(first) >= size(second) ? { union: first, part: second, voxels } : { union: second, part: first, voxels },
    );
  return [...Map.groupBy(pairs, ({ union }) => union)].map(([union, parts]) => ({ union, parts }));
}

function unionError(regions: readonly Region[], overlaps: readonly RegionOverlap[]): CortextError {
  const size = (name: string) => regions.find((region) => region.name === name)?.voxels.length ?? 0;
  const [{ union, parts }] = regionUnions(overlaps, size);
  const described = parts.map(({ part, voxels }) => `${part} (${voxels} of its ${size(part)} voxels)`).join(', ');
  return new CortextError('REGION_OVERLAP', `The region ${union} contains ${described}.`, {
    hint: `Select either ${union} or ${parts.map(({ part }) => part).join(', ')}: one voxel should not speak twice.`,
    details: { overlaps },
  });
}

/** The name with the fewest edits that ignore case, when that is at most a third of its letters; `ROI_V1` is near `V1`. */
function nearestName(name: string, candidates: readonly string[]): string | null {
  const plain = (text: string) => text.toLowerCase().replace(/^roi[_ -]?/, '');
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(1, name.length / 3) ? best.candidate : null;
}

/** Levenshtein 1966. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substituted, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}
