/**
 * Regions: those of the import, and those that a user defines after it.
 *
 * Defined regions lie in `regions.json` beside the recording, which itself never changes. Changing or removing one
 * touches no experiment: each keeps a copy of what it uses.
 */
import {
  DEFINED_REGIONS_SCHEMA_VERSION,
  definedRegionNameSchema,
  type DefinedRegion,
} from '../../shared/defined-region.ts';
import { CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import type { RegionDefinition, RegionList } from '../../shared/regions.ts';
import { regionCombinations } from '../dataset/region-combinations.ts';
import { regionOverlaps, UNION_SHARE, type RegionOverlap } from '../dataset/regions.ts';
import { writeJsonAtomic } from '../files/atomic.ts';
import { sha256 } from '../files/hash.ts';
import { definitionInWords, findRegions, type FoundRegion } from './find-regions.ts';
import { chooseColour, renameColour } from './region-colours.ts';
import { regionsOf, type RecordingRegions } from './recording-regions.ts';
import type { Workspace } from './workspace.ts';

/** @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function listRegions(workspace: Workspace, id: string): RegionList {
  return describeRegions(regionsOf(workspace, id));
}

export function describeRegions({ metadata, defined, regions, colours }: RecordingRegions): RegionList {
  const overlaps = regionOverlaps(regions);
  const { combinations } = regionCombinations(regions, metadata.voxels);
  const sizeOf = new Map(regions.map(({ name, voxels }) => [name, voxels.length]));
  const parts = unionParts(overlaps, sizeOf);
  return {
    recording: metadata.id,
    name: metadata.name,
    voxels: metadata.voxels,
    outside: combinations.find(({ regions: inside }) => inside.length === 0)?.voxels ?? 0,
    regions: regions.map(({ name, voxels }, place) => {
      const own = defined.find((region) => region.name === name);
      return {
        name,
        voxels: voxels.length,
        colour: colours[place],
        origin: own?.origin ?? null,
        seenSamples: own?.seenSamples.length ?? 0,
        contains: parts.get(name) ?? [],
      };
    }),
    overlaps,
    categories: [...new Set(metadata.stimuli.flatMap(({ category }) => category ?? []))].sort(),
    grid: metadata.space === null ? null : { shape: metadata.space.shape, affine: metadata.space.affine },
    reference: metadata.reference?.kind ?? null,
    hasPositions: metadata.positions !== null,
    contentHash: metadata.contentHash,
    revision: regionRevision(metadata, defined),
    labels: combinations.map(({ regions: inside, voxels }) => ({ regions: [...inside], voxels })),
  };
}

/** Another one whenever a region has other voxels, another name or another place in the list. */
function regionRevision({ contentHash }: RecordingMetadata, defined: readonly DefinedRegion[]): string {
  return sha256(contentHash, JSON.stringify(defined.map(({ name, voxels }) => [name, voxels])));
}

/** By union, the regions that lie for the most part in it. */
function unionParts(overlaps: readonly RegionOverlap[], sizeOf: ReadonlyMap<string, number>): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const { first, second, share } of overlaps) {
    const [a, b] = [sizeOf.get(first) ?? 0, sizeOf.get(second) ?? 0];
    if (share <= UNION_SHARE || a === b) continue;
    const [union, part] = a > b ? [first, second] : [second, first];
    parts.set(union, [...(parts.get(union) ?? []), part]);
  }
  return parts;
}

export interface DefineRequest {
  readonly recording: string;
  /** Needed unless the regions of a file have their own. */
  readonly name?: string | undefined;
  /** Whether defined regions of the same name are replaced. */
  readonly replace?: boolean | undefined;
  readonly definition: RegionDefinition;
}

export interface NewRegion {
  readonly region: DefinedRegion;
  /** Voxels of its file or sphere that the recording does not have. */
  readonly lost: number;
}

/**
 * Defines a region, or all regions of an atlas or annotation that reach the recording: all of them or none.
 *
 * @throws CortextError `INVALID_ARGUMENT`, `REGION_EMPTY` when no voxel is left, `ALREADY_EXISTS`; and what finding them
 *   throws (`findRegions`)
 */
export async function defineRegions(
  workspace: Workspace,
  { recording, name, replace = false, definition }: DefineRequest,
  signal?: AbortSignal,
): Promise<NewRegion[]> {
  const found = (await findRegions(workspace, recording, definition, signal)).filter(({ voxels }) => voxels.length > 0);
  if (found.length === 0) {
    throw new CortextError('REGION_EMPTY', `No voxel of the recording ${recording} is in ${definitionInWords(definition)}.`, {
      hint: 'Coordinates and files must be in the space of its runs: look where its regions lie.',
    });
  }
  const names = namesFor(found, name);
  // Files may have been read meanwhile: what is defined is asked for now, and written in the same turn.
  const { metadata, defined } = regionsOf(workspace, recording);
  for (const wanted of names) requireFree(metadata, replace ? [] : defined, wanted);
  const definedAt = new Date().toISOString();
  const added = found.map(({ voxels, origin, seenSamples, lost }, at) => ({
    region: { name: names[at], voxels: [...voxels], origin, seenSamples: [...seenSamples], definedAt },
    lost,
  }));
  writeRegions(workspace, metadata, [
    ...defined.filter((region) => !names.includes(region.name)),
    ...added.map(({ region }) => region),
  ]);
  return added;
}

/**
 * Gives a defined region another name. Experiments that used it keep what it was called.
 *
 * @throws CortextError `REGION_UNKNOWN` when the user defined no region of this name, `ALREADY_EXISTS`, `INVALID_ARGUMENT`
 */
export function renameRegion(workspace: Workspace, recording: string, name: string, to: string): void {
  const { metadata, defined } = regionsOf(workspace, recording);
  requireDefined(metadata, defined, name);
  if (name === to) return;
  requireFree(metadata, defined, to);
  writeRegions(workspace, metadata, defined.map((region) => (region.name === name ? { ...region, name: to } : region)));
  renameColour(workspace, recording, name, to);
}

/**
 * @param colour - `#rrggbb`; null takes the usual one again
 * @throws CortextError `REGION_UNKNOWN`
 */
export function colourRegion(workspace: Workspace, recording: string, name: string, colour: string | null): void {
  const names = regionsOf(workspace, recording).regions.map((region) => region.name);
  if (!names.includes(name)) {
    throw new CortextError('REGION_UNKNOWN', `${recording} has no region ${name}.`, {
      hint: `It has ${names.join(', ')}.`,
    });
  }
  chooseColour(workspace, recording, name, colour);
}

/** @throws CortextError `REGION_UNKNOWN` when the user defined no region of this name */
export function removeRegion(workspace: Workspace, recording: string, name: string): void {
  const { metadata, defined } = regionsOf(workspace, recording);
  requireDefined(metadata, defined, name);
  writeRegions(workspace, metadata, defined.filter((region) => region.name !== name));
  chooseColour(workspace, recording, name, null);
}

function requireDefined(metadata: RecordingMetadata, defined: readonly DefinedRegion[], name: string): void {
  if (defined.some((region) => region.name === name)) return;
  const names = defined.map((region) => region.name);
  throw new CortextError('REGION_UNKNOWN', `No region ${name} was defined on ${metadata.id}.`, {
    hint: names.length === 0 ? 'Regions of the import stay.' : `Defined were ${names.join(', ')}.`,
  });
}

function requireFree(metadata: RecordingMetadata, defined: readonly DefinedRegion[], name: string): void {
  const parsed = definedRegionNameSchema.safeParse(name);
  if (!parsed.success) {
    throw new CortextError('INVALID_ARGUMENT', `${name} cannot be the name of a region: ${parsed.error.issues[0].message}.`);
  }
  if (metadata.regions.some((region) => region.name === name)) {
    throw new CortextError('ALREADY_EXISTS', `${name} is a region of the import of ${metadata.id}, which never changes.`, {
      hint: 'Choose another name.',
    });
  }
  if (defined.some((region) => region.name === name)) {
    throw new CortextError('ALREADY_EXISTS', `A region ${name} was defined on ${metadata.id} before.`, {
      hint: 'Replace it (--replace), or choose another name. Experiments that used it keep what it was.',
    });
  }
}

/** Names that stand in expressions without quotes, each once: the user's, or what the file calls its regions. */
function namesFor(found: readonly FoundRegion[], given: string | undefined): string[] {
  if (given !== undefined && found.length === 1) return [given];
  if (given !== undefined) {
    const names = found.flatMap(({ name }) => name ?? []);
    throw new CortextError('INVALID_ARGUMENT', `The file has ${found.length} regions, which cannot all be called ${given}.`, {
      hint: `Choose one of ${names.slice(0, 20).join(', ')}, or let them keep their names.`,
    });
  }
  const taken: string[] = [];
  for (const { name } of found) {
    if (name === null) throw new CortextError('INVALID_ARGUMENT', 'The region needs a name.');
    const plain = name.replaceAll(/[^\p{L}\p{N}_.]+/gu, '_').replace(/^[_.]+|_+$/g, '') || 'region';
    const again = taken.filter((other) => other === plain || other.startsWith(`${plain}_`)).length;
    taken.push(taken.includes(plain) ? `${plain}_${again + 1}` : plain);
  }
  return taken;
}

function writeRegions(workspace: Workspace, metadata: RecordingMetadata, regions: readonly DefinedRegion[]): void {
  writeJsonAtomic(workspace.layout.definedRegions(metadata.id), {
    schemaVersion: DEFINED_REGIONS_SCHEMA_VERSION,
    contentHash: metadata.contentHash,
    regions,
  });
}
