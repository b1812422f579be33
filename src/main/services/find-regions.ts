/** From a definition to voxels: what an expression, a sphere, a file, a statistic or a drawing means on a recording. */
import { basename } from 'node:path';
import type { RegionOrigin } from '../../shared/defined-region.ts';
import { assertNever, CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata, RecordingSpace } from '../../shared/recording.ts';
import type { RegionDefinition } from '../../shared/regions.ts';
import { evaluateRegionExpression } from '../dataset/region-expression.ts';
import { keepVoxels } from '../dataset/region-statistic.ts';
import { matchNames } from '../dataset/selector/evaluate-selector.ts';
import { describeSplit, resolveSplit } from '../dataset/splits.ts';
import { placeRegions, type GridRegion } from '../dataset/volumes/place-regions.ts';
import { readRegionSources, type RegionSource } from '../dataset/volumes/region-sources.ts';
import { regionsOf, type RecordingRegions } from './recording-regions.ts';
import { samplesOf, valuesOf } from './voxel-statistics.ts';
import type { Workspace } from './workspace.ts';

export interface FoundRegion {
  /** As a file calls it; null where the user gives the name. */
  readonly name: string | null;
  /** Columns of the voxel matrix, ascending; may be none. */
  readonly voxels: readonly number[];
  /** Voxels of the file or the sphere that the recording does not have. */
  readonly lost: number;
  readonly origin: RegionOrigin;
  /** Samples whose responses decided which voxels belong to it. Ascending. */
  readonly seenSamples: readonly number[];
}

type Definition<K extends RegionDefinition['kind']> = Extract<RegionDefinition, { kind: K }>;
type FileDefinition = Definition<'mask' | 'atlas' | 'surface-label' | 'annotation'>;

/**
 * @throws CortextError `INVALID_ARGUMENT`, also where the recording has not what the definition needs;
 *   `REGION_UNKNOWN`, `REGION_EMPTY` for expressions and thresholds without a voxel, `SPLIT_INVALID`, `LEAKAGE`, and what
 *   reading volumes, tables and surfaces throws
 */
export async function findRegions(
  workspace: Workspace,
  recording: string,
  definition: RegionDefinition,
  signal?: AbortSignal,
): Promise<FoundRegion[]> {
  const known = regionsOf(workspace, recording);
  switch (definition.kind) {
    case 'expression':
      return [fromExpression(known, definition.expression)];
    case 'statistic':
      return [await fromStatistic(workspace, known, definition, signal)];
    case 'sphere':
      return [await fromSphere(known.metadata, definition)];
    case 'drawing':
      return [fromDrawing(known.metadata, definition)];
    case 'voxels':
      return [fromVoxels(known.metadata, definition)];
    case 'mask':
    case 'atlas':
    case 'surface-label':
    case 'annotation':
      return fromFile(known.metadata, definition, signal);
    default:
      return assertNever(definition);
  }
}

/** What a definition looks for, for messages and as the origin of a region. */
export function definitionInWords(definition: RegionDefinition): string {
  switch (definition.kind) {
    case 'expression':
      return definition.expression;
    case 'statistic':
      return `what is kept by ${definition.statistic}`;
    case 'sphere':
      return `the sphere of ${definition.radius} mm around ${definition.centre.join(', ')}`;
    case 'drawing':
      return 'the drawing';
    case 'voxels':
      return definition.description;
    case 'mask':
      return `the mask ${basename(definition.path)}`;
    case 'atlas':
      return `the atlas ${basename(definition.path)}`;
    case 'surface-label':
      return `the label ${basename(definition.path)}`;
    case 'annotation':
      return `the annotation ${basename(definition.path)}`;
    default:
      return assertNever(definition);
  }
}

const whereOf = ({ id }: RecordingMetadata): string => `The recording ${id}`;

function fromExpression({ metadata, defined, regions }: RecordingRegions, expression: string): FoundRegion {
  const { voxels, used } = evaluateRegionExpression(expression, regions, metadata.voxels, whereOf(metadata));
  return {
    name: null,
    voxels,
    lost: 0,
    origin: { kind: 'expression', expression },
    seenSamples: seenBy(defined, used),
  };
}

/** An experiment that tests on one of the samples that it looks at is refused later (`LEAKAGE`, `fitted-on-test`). */
async function fromStatistic(
  workspace: Workspace,
  { metadata, defined, regions }: RecordingRegions,
  definition: Definition<'statistic'>,
  signal: AbortSignal | undefined,
): Promise<FoundRegion> {
  const { statistic, category = null, within = null, keep, split, signOffs = [] } = definition;
  const { train } = resolveSplit(metadata, split, signOffs);
  const { voxels: candidates, used } =
    within === null
      ? { voxels: Array.from({ length: metadata.voxels }, (_, voxel) => voxel), used: [] }
      : evaluateRegionExpression(within, regions, metadata.voxels, whereOf(metadata));
  const { values } = await valuesOf(workspace, metadata, definition, signal);
  const seen = new Set([...train, ...seenBy(defined, used)]);
  return {
    name: null,
    voxels: keepVoxels(
      Float64Array.from(candidates, (voxel) => values[voxel]),
      candidates,
      keep,
    ),
    lost: 0,
    origin: { kind: 'statistic', statistic, category, within, keep, split: describeSplit(metadata, split) },
    seenSamples: ascending(seen),
  };
}

/** What decided over the parts decided over the whole. */
function seenBy(defined: RecordingRegions['defined'], used: readonly string[]): number[] {
  return ascending(
    new Set(defined.filter(({ name }) => used.includes(name)).flatMap(({ seenSamples }) => seenSamples)),
  );
}

function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** By the grid of the volumes, or else by the positions of the voxels. */
async function fromSphere(metadata: RecordingMetadata, definition: Definition<'sphere'>): Promise<FoundRegion> {
  const { centre, radius } = definition;
  const chosen = { name: null, origin: chosenBlindly(definitionInWords(definition)), seenSamples: [] };
  if (metadata.space === null && metadata.positions !== null) {
    const near = metadata.positions.flatMap(([x, y, z], voxel) =>
      Math.hypot(x - centre[0], y - centre[1], z - centre[2]) <= radius ? [voxel] : [],
    );
    return { ...chosen, voxels: near, lost: 0 };
  }
  const space = requireSpace(metadata, 'a sphere');
  const [sphere] = await readRegionSources([{ kind: 'sphere', name: 'sphere', centre, radius }], space);
  return { ...chosen, ...placed(sphere, space) };
}

async function fromFile(
  metadata: RecordingMetadata,
  definition: FileDefinition,
  signal: AbortSignal | undefined,
): Promise<FoundRegion[]> {
  const space = requireSpace(metadata, 'a region from a file');
  const found = await readRegionSources([sourceOf(definition)], space, signal);
  const words = definitionInWords(definition);
  if (definition.kind === 'mask' || definition.kind === 'surface-label') {
    return found.map((region) => ({
      name: null,
      ...placed(region, space),
      origin: chosenBlindly(words),
      seenSamples: [],
    }));
  }
  const names = found.map(({ name }) => name);
  const wanted = new Set(
    (definition.names ?? ['*']).flatMap((pattern) => matchNames(pattern, names, 'region', upperFirst(words))),
  );
  return found
    .filter(({ name }) => wanted.has(name))
    .map((region) => ({
      name: `${definition.prefix ?? ''}${region.name}`,
      ...placed(region, space),
      origin: chosenBlindly(`${region.name} of ${words}`),
      seenSamples: [],
    }));
}

function sourceOf(definition: FileDefinition): RegionSource {
  const name = 'region';
  switch (definition.kind) {
    case 'mask':
      return { kind: 'mask', name, path: definition.path };
    case 'atlas':
      return { kind: 'atlas', path: definition.path, table: definition.table };
    case 'surface-label':
      return { kind: 'surface-label', name, path: definition.path, anatomy: definition.anatomy };
    case 'annotation':
      return { kind: 'annotation', path: definition.path, surfaces: definition.surfaces, anatomy: definition.anatomy };
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fromDrawing(metadata: RecordingMetadata, { runs, upon }: Definition<'drawing'>): FoundRegion {
  const space = requireSpace(metadata, 'a drawing');
  const size = space.shape[0] * space.shape[1] * space.shape[2];
  const drawn = new Uint8Array(size);
  for (const [first, length] of runs) {
    if (first + length > size) {
      throw new CortextError(
        'INVALID_ARGUMENT',
        `The drawing reaches beyond the ${size} voxels of the grid of ${metadata.id}.`,
      );
    }
    drawn.fill(1, first, first + length);
  }
  const voxels = space.indices.flatMap((index, voxel) => (drawn[index] === 1 ? [voxel] : []));
  const words = upon === undefined ? 'drawn by hand' : `drawn by hand upon ${upon.statistic}`;
  return {
    name: null,
    voxels,
    lost: drawn.reduce((sum, at) => sum + at, 0) - voxels.length,
    origin: chosenBlindly(words),
    seenSamples: upon === undefined ? [] : ascending(samplesOf(metadata, upon)),
  };
}

function fromVoxels(metadata: RecordingMetadata, { voxels, description }: Definition<'voxels'>): FoundRegion {
  const kept = ascending(new Set(voxels));
  const outside = kept.find((voxel) => voxel >= metadata.voxels);
  if (outside !== undefined) {
    throw new CortextError('INVALID_ARGUMENT', `${whereOf(metadata)} has no voxel ${outside}.`, {
      hint: `Its voxels are 0 to ${metadata.voxels - 1}.`,
    });
  }
  return { name: null, voxels: kept, lost: 0, origin: chosenBlindly(description), seenSamples: [] };
}

/** Without a look at responses. */
function chosenBlindly(description: string): RegionOrigin {
  return { kind: 'voxels', description };
}

function placed(region: GridRegion, space: RecordingSpace): { voxels: readonly number[]; lost: number } {
  const { regions, report } = placeRegions([region], space, space.indices);
  return { voxels: regions.at(0)?.voxels ?? [], lost: report.regions[0].lost };
}

function requireSpace({ id, space }: RecordingMetadata, what: string): RecordingSpace {
  if (space !== null) return space;
  throw new CortextError('INVALID_ARGUMENT', `The recording ${id} does not come from volumes, as ${what} needs.`, {
    hint: 'Define the region by an expression or by a statistic, or import the volumes themselves.',
  });
}
