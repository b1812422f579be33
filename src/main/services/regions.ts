/**
 * Regions: those of the import, and those that a user defines after it.
 *
 * Defined regions lie in `regions.json` beside the recording, which itself never changes. Changing or removing one
 * touches no experiment: each keeps a copy of what it uses.
 */
import { existsSync } from 'node:fs';
import {
  DEFINED_REGIONS_SCHEMA_VERSION,
  definedRegionNameSchema,
  definedRegionsFileSchema,
  type DefinedRegion,
  type RegionOrigin,
  type RegionStatistic,
} from '../../shared/defined-region.ts';
import { CortextError } from '../../shared/errors.ts';
import type { SignOff, SplitSpec } from '../../shared/experiment.ts';
import type { RecordingMetadata, Region } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { withDefinedRegions } from '../dataset/defined-regions.ts';
import { openRecording, readRecordingMetadata } from '../dataset/recording-store.ts';
import { evaluateRegionExpression } from '../dataset/region-expression.ts';
import { keepVoxels, regionStatistic, type KeepRule } from '../dataset/region-statistic.ts';
import { regionOverlaps, type RegionOverlap } from '../dataset/regions.ts';
import { describeSplit, resolveSplit } from '../dataset/splits.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import type { Workspace } from './workspace.ts';

/**
 * The regions that a user defined on a recording; none where there is no such file.
 *
 * @throws CortextError `RECORDING_DAMAGED` for a file that does not fit the recording
 */
export function readDefinedRegions(root: string, metadata: RecordingMetadata): DefinedRegion[] {
  const path = workspaceLayout(root).definedRegions(metadata.id);
  if (!existsSync(path)) return [];
  const { contentHash, regions } = readJson(path, definedRegionsFileSchema, 'RECORDING_DAMAGED');
  const outside = regions.find(({ voxels }) => voxels.some((voxel) => voxel >= metadata.voxels));
  if (contentHash === metadata.contentHash && outside === undefined) return regions;
  throw new CortextError('RECORDING_DAMAGED', `${path} holds regions of another recording than ${metadata.id}.`, {
    hint: 'Take the file away, and define its regions again.',
  });
}

export interface RegionSummary {
  readonly name: string;
  readonly voxels: number;
  /** Null for regions of the import. */
  readonly origin: RegionOrigin | null;
}

export interface RegionList {
  readonly recording: string;
  readonly voxels: number;
  /** Voxels that are in no region. */
  readonly outside: number;
  readonly regions: readonly RegionSummary[];
  readonly overlaps: readonly RegionOverlap[];
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function listRegions(workspace: Workspace, id: string): RegionList {
  const metadata = readRecordingMetadata(workspace.root, id);
  const defined = readDefinedRegions(workspace.root, metadata);
  const { regions } = withDefinedRegions(metadata, defined);
  const inside = new Set(regions.flatMap(({ voxels }) => voxels));
  return {
    recording: metadata.id,
    voxels: metadata.voxels,
    outside: metadata.voxels - inside.size,
    regions: regions.map(({ name, voxels }) => ({
      name,
      voxels: voxels.length,
      origin: defined.find((region) => region.name === name)?.origin ?? null,
    })),
    overlaps: regionOverlaps(regions),
  };
}

interface NamedRegion {
  readonly recording: string;
  readonly name: string;
  /** Whether a defined region of this name is replaced. */
  readonly replace?: boolean | undefined;
}

/**
 * Defines a region by an expression over regions: `V1 + V2`, `(LOC | FFA) - V4`.
 *
 * @throws CortextError `INVALID_ARGUMENT`, `REGION_UNKNOWN`, `REGION_EMPTY`, `ALREADY_EXISTS`
 */
export function defineRegionByExpression(
  workspace: Workspace,
  { expression, ...named }: NamedRegion & { expression: string },
): DefinedRegion {
  const { metadata, defined, regions } = regionsOf(workspace, named.recording);
  const { voxels, used } = evaluateRegionExpression(expression, regions, metadata.voxels, whereOf(metadata));
  return addRegion(workspace, metadata, named, {
    voxels,
    origin: { kind: 'expression', expression },
    seenSamples: samplesSeenBy(defined, used),
  });
}

export interface StatisticRequest extends NamedRegion {
  readonly statistic: RegionStatistic;
  readonly category?: string | undefined;
  /** Expression over regions; default: all voxels. */
  readonly within?: string | undefined;
  readonly keep: KeepRule;
  /** Its training samples are looked at, and nothing else. */
  readonly split: SplitSpec;
  readonly signOffs?: readonly SignOff[] | undefined;
}

/**
 * Defines a region by a statistic of its voxels over the training samples of a split.
 *
 * An experiment that tests on one of these samples is refused later (`LEAKAGE`, guard `fitted-on-test`).
 *
 * @throws CortextError `INVALID_ARGUMENT` when the samples do not suit the statistic, `SPLIT_INVALID`, `LEAKAGE`,
 *   `REGION_UNKNOWN`, `REGION_EMPTY`, `ALREADY_EXISTS`
 */
export function defineRegionByStatistic(workspace: Workspace, request: StatisticRequest): DefinedRegion {
  const { statistic, category = null, within = null, keep, split, signOffs = [], ...named } = request;
  const { metadata, defined, regions } = regionsOf(workspace, named.recording);
  const { train } = resolveSplit(metadata, split, signOffs);
  const { voxels: candidates, used } =
    within === null
      ? { voxels: Array.from({ length: metadata.voxels }, (_, voxel) => voxel), used: [] }
      : evaluateRegionExpression(within, regions, metadata.voxels, whereOf(metadata));
  const values = regionStatistic(openRecording(workspace.root, metadata.id), statistic, train, candidates, category);
  const seen = new Set([...train, ...samplesSeenBy(defined, used)]);
  return addRegion(workspace, metadata, named, {
    voxels: keepVoxels(values, candidates, keep),
    origin: { kind: 'statistic', statistic, category, within, keep, split: describeSplit(metadata, split) },
    seenSamples: [...seen].sort((a, b) => a - b),
  });
}

/**
 * Defines a region by its voxels, chosen without looking at responses: drawn, a sphere, an atlas.
 *
 * @param description - how they were chosen
 * @throws CortextError `INVALID_ARGUMENT` for voxels that the recording does not have, `REGION_EMPTY`, `ALREADY_EXISTS`
 */
export function defineRegionByVoxels(
  workspace: Workspace,
  { voxels, description, ...named }: NamedRegion & { voxels: readonly number[]; description: string },
): DefinedRegion {
  const { metadata } = regionsOf(workspace, named.recording);
  const kept = [...new Set(voxels)].sort((a, b) => a - b);
  const outside = kept.find((voxel) => !Number.isInteger(voxel) || voxel < 0 || voxel >= metadata.voxels);
  if (outside !== undefined) {
    throw new CortextError('INVALID_ARGUMENT', `${whereOf(metadata)} has no voxel ${outside}.`, {
      hint: `Its voxels are 0 to ${metadata.voxels - 1}.`,
    });
  }
  if (kept.length === 0) throw new CortextError('REGION_EMPTY', `The region ${named.name} has no voxels.`);
  return addRegion(workspace, metadata, named, {
    voxels: kept,
    origin: { kind: 'voxels', description },
    seenSamples: [],
  });
}

/** @throws CortextError `REGION_UNKNOWN` when the user defined no region of this name */
export function removeRegion(workspace: Workspace, recording: string, name: string): void {
  const { metadata, defined } = regionsOf(workspace, recording);
  if (!defined.some((region) => region.name === name)) {
    const names = defined.map((region) => region.name);
    throw new CortextError('REGION_UNKNOWN', `No region ${name} was defined on ${metadata.id}.`, {
      hint: names.length === 0 ? 'Regions of the import stay.' : `Defined were ${names.join(', ')}.`,
    });
  }
  writeRegions(workspace, metadata, defined.filter((region) => region.name !== name));
}

function regionsOf(
  workspace: Workspace,
  recording: string,
): { metadata: RecordingMetadata; defined: DefinedRegion[]; regions: readonly Region[] } {
  const metadata = readRecordingMetadata(workspace.root, recording);
  const defined = readDefinedRegions(workspace.root, metadata);
  return { metadata, defined, regions: withDefinedRegions(metadata, defined).regions };
}

function whereOf(metadata: RecordingMetadata): string {
  return `The recording ${metadata.id}`;
}

/** What decided over the parts decided over the whole. */
function samplesSeenBy(defined: readonly DefinedRegion[], used: readonly string[]): number[] {
  const seen = new Set(defined.filter(({ name }) => used.includes(name)).flatMap(({ seenSamples }) => seenSamples));
  return [...seen].sort((a, b) => a - b);
}

function addRegion(
  workspace: Workspace,
  metadata: RecordingMetadata,
  { name, replace = false }: NamedRegion,
  content: Pick<DefinedRegion, 'voxels' | 'origin' | 'seenSamples'>,
): DefinedRegion {
  const parsed = definedRegionNameSchema.safeParse(name);
  if (!parsed.success) {
    throw new CortextError('INVALID_ARGUMENT', `${name} cannot be the name of a region: ${parsed.error.issues[0].message}.`);
  }
  if (metadata.regions.some((region) => region.name === name)) {
    throw new CortextError('ALREADY_EXISTS', `${name} is a region of the import of ${metadata.id}, which never changes.`, {
      hint: 'Choose another name.',
    });
  }
  const defined = readDefinedRegions(workspace.root, metadata);
  if (!replace && defined.some((region) => region.name === name)) {
    throw new CortextError('ALREADY_EXISTS', `A region ${name} was defined on ${metadata.id} before.`, {
      hint: 'Replace it with --replace, or choose another name. Experiments that used it keep what it was.',
    });
  }
  const region: DefinedRegion = { name, ...content, definedAt: new Date().toISOString() };
  writeRegions(workspace, metadata, [...defined.filter((other) => other.name !== name), region]);
  return region;
}

function writeRegions(workspace: Workspace, metadata: RecordingMetadata, regions: readonly DefinedRegion[]): void {
  writeJsonAtomic(workspace.layout.definedRegions(metadata.id), {
    schemaVersion: DEFINED_REGIONS_SCHEMA_VERSION,
    contentHash: metadata.contentHash,
    regions,
  });
}
