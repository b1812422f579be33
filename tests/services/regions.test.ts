import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/main/engine/trainer/prepare-data.ts';
import { createExperiment } from '../../src/main/services/experiments.ts';
import {
  colourRegion,
  defineRegions,
  listRegions,
  removeRegion,
  renameRegion,
} from '../../src/main/services/regions.ts';
import { voxelStatistics } from '../../src/main/services/voxel-statistics.ts';
import { openWorkspace, type Workspace } from '../../src/main/services/workspace.ts';
import type { DefinedRegion } from '../../src/shared/defined-region.ts';
import type { SplitSpec } from '../../src/shared/experiment.ts';
import type { RegionDefinition } from '../../src/shared/regions.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { failureOf } from '../dataset/recording-fixture.ts';
import { smallRecording } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const smallest = {
  preset: 'quick',
  settings: { 'training.batch': '4', 'network.generatorChannels': '2', 'condition.embedding': '8' },
};
/** Two stimuli that were shown three times train with most that were shown once; a third one tests. */
const fixed: SplitSpec = {
  kind: 'fixed',
  train: [14, 15, 16, 17, 18, 19, ...Array.from({ length: 12 }, (_, i) => i)],
  test: [20, 21, 22],
};

let root = '';
let recording = '';
let workspace: Workspace;
beforeEach(async () => {
  root = temporaryFolder();
  recording = (await smallRecording(root)).id;
  workspace = openWorkspace(root);
});
afterEach(() => {
  workspace.close();
});

async function define(name: string, definition: RegionDefinition, replace = false): Promise<DefinedRegion> {
  const [{ region }] = await defineRegions(workspace, { recording, name, definition, replace });
  return region;
}
const expression = (text: string): RegionDefinition => ({ kind: 'expression', expression: text });
const chosen = (...voxels: number[]): RegionDefinition => ({ kind: 'voxels', voxels, description: 'chosen' });

describe('voxel statistics', () => {
  it('are told per voxel and per region, over all samples or those that train', async () => {
    await define('mine', chosen(1, 30, 5, 7));
    const request = { recording, statistic: 'variance' } as const;
    const { values, samples, regions } = await voxelStatistics(workspace, request);
    expect([values.length, samples]).toEqual([40, 32]);
    const own = [1, 30, 5, 7].map((voxel) => values[voxel]).sort((a, b) => a - b);
    expect(regions[2]).toEqual({ name: 'mine', median: (own[1] + own[2]) / 2, best: own[3] });
    const training = await voxelStatistics(workspace, { ...request, split: fixed });
    expect(training.samples).toBe(18);
    expect([...training.values]).not.toEqual([...values]);
  });
});

describe('defined regions', () => {
  it('are listed with where they come from and what they share', async () => {
    await define('early', expression('V1 + V2'));
    await define('drawn', chosen(39, 3, 3));
    const { regions, overlaps, outside } = listRegions(workspace, recording);
    expect(regions.map(({ name, voxels, origin }) => [name, voxels, origin?.kind ?? 'import'])).toEqual([
      ['V1', 25, 'import'],
      ['V2', 15, 'import'],
      ['early', 40, 'expression'],
      ['drawn', 2, 'voxels'],
    ]);
    expect(outside).toBe(0);
    expect(overlaps).toContainEqual({ first: 'V1', second: 'early', voxels: 25, share: 1 });
  });

  it('train, and mean the same voxels in that experiment whatever becomes of them', async () => {
    const before = readFileSync(workspaceLayout(root).recordingMetadata(recording));
    await define('mine', chosen(1, 30, 5));
    const config = createExperiment(workspace, { ...smallest, recording, regions: ['mine'] });
    await define('mine', chosen(2), true);
    removeRegion(workspace, recording, 'mine');
    const { transform } = await prepareData(root, config);
    expect(transform.regions.map(({ name, voxels }) => [name, [...voxels]])).toEqual([['mine', [1, 5, 30]]]);
    expect(readFileSync(workspaceLayout(root).recordingMetadata(recording))).toEqual(before);
  });

  it('leave experiments alone that do not use them', async () => {
    await define('early', expression('V1 + V2'));
    const config = createExperiment(workspace, { ...smallest, recording });
    expect(config.regions).toEqual(['V1', 'V2']);
    expect(config.definedRegions).toBeUndefined();
  });

  it('are known to expressions, and refused beside what they contain', async () => {
    await define('early', expression('V1 + V2'));
    const rest = await define('rest', expression('early - V1'));
    expect(rest.voxels).toEqual(Array.from({ length: 15 }, (_, i) => 25 + i));
    const both = { ...smallest, recording, regions: ['V1', 'early'] };
    expect(failureOf(() => createExperiment(workspace, both))).toMatchObject({ code: 'REGION_OVERLAP' });
    const unknown = { ...smallest, recording, regions: ['late'] };
    expect(failureOf(() => createExperiment(workspace, unknown))).toMatchObject({
      code: 'REGION_UNKNOWN',
      hint: expect.stringContaining('early (40 voxels)') as string,
    });
  });

  it('by a statistic are refused by an experiment that tests on what they were chosen by', async () => {
    const region = await define('steady', {
      kind: 'statistic',
      statistic: 'reliability',
      within: 'V1',
      keep: { top: 6 },
      split: fixed,
    });
    expect(region.voxels.length).toBe(6);
    expect(Math.max(...region.voxels)).toBeLessThan(25);
    expect(region.seenSamples.length).toBe(18);
    // What is made of it has seen the same.
    const part = await define('part', expression('steady | V2'));
    expect(part.seenSamples).toEqual(region.seenSamples);
    const same = { ...smallest, recording, split: fixed };
    expect(createExperiment(workspace, { ...same, regions: ['steady'] }).definedRegions?.[0].name).toBe('steady');
    const other = { ...smallest, recording, regions: ['part'] };
    expect(failureOf(() => createExperiment(workspace, other))).toMatchObject({
      code: 'LEAKAGE',
      message: 'Fitted on samples that test: region part (6 of 18 test samples).',
    });
    const signOffs = [{ guard: 'fitted-on-test' as const, reason: 'a pilot' }];
    expect(createExperiment(workspace, { ...other, signOffs }).signOffs).toEqual(signOffs);
  });

  it('have names of their own, and are replaced only when asked', async () => {
    const second = expression('V2');
    await expect(define('V1', second, true)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(define('a,b', second)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await define('mine', second);
    await expect(define('mine', second)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await define('mine', second, true);
    expect(failureOf(() => removeRegion(workspace, recording, 'V1'))).toMatchObject({ code: 'REGION_UNKNOWN' });
    await expect(define('far', chosen(40))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('get another name, but none that is taken', async () => {
    await define('mine', expression('V2'));
    await define('other', expression('V1'));
    renameRegion(workspace, recording, 'mine', 'ours');
    expect(listRegions(workspace, recording).regions.map(({ name }) => name)).toEqual(['V1', 'V2', 'ours', 'other']);
    const rename = (name: string, to: string) => () => renameRegion(workspace, recording, name, to);
    expect(failureOf(rename('ours', 'other'))).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(failureOf(rename('ours', 'V1'))).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(failureOf(rename('V1', 'mine'))).toMatchObject({ code: 'REGION_UNKNOWN' });
  });

  it('of another recording, or of a damaged file, are refused', async () => {
    await define('early', expression('V1 + V2'));
    const path = workspaceLayout(root).definedRegions(recording);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"contentHash": "./, '"contentHash": "x'));
    expect(failureOf(() => listRegions(workspace, recording))).toMatchObject({ code: 'RECORDING_DAMAGED' });
    writeFileSync(path, '{');
    expect(failureOf(() => listRegions(workspace, recording))).toMatchObject({ code: 'RECORDING_DAMAGED' });
  });
});

describe('colours of regions', () => {
  const coloursOf = () =>
    Object.fromEntries(listRegions(workspace, recording).regions.map(({ name, colour }) => [name, colour]));

  it('are the usual ones until others are chosen, and follow a region to its new name', async () => {
    await define('mine', expression('V2'));
    const usual = coloursOf();
    expect(new Set(Object.values(usual)).size).toBe(3);
    colourRegion(workspace, recording, 'V1', '#123456');
    colourRegion(workspace, recording, 'mine', '#abcdef');
    renameRegion(workspace, recording, 'mine', 'ours');
    expect(coloursOf()).toEqual({ V1: '#123456', V2: usual.V2, ours: '#abcdef' });
    colourRegion(workspace, recording, 'V1', null);
    removeRegion(workspace, recording, 'ours');
    await define('ours', expression('V2'));
    expect(coloursOf()).toEqual({ V1: usual.V1, V2: usual.V2, ours: usual.mine });
    expect(failureOf(() => colourRegion(workspace, recording, 'V9', '#123456'))).toMatchObject({
      code: 'REGION_UNKNOWN',
    });
  });

  it('are the usual ones where their file is damaged, and the card is drawn anew when one changes', () => {
    const layout = workspaceLayout(root);
    mkdirSync(dirname(layout.slices(recording)), { recursive: true });
    writeFileSync(layout.slices(recording), 'drawn');
    colourRegion(workspace, recording, 'V1', '#123456');
    expect(existsSync(layout.slices(recording))).toBe(false);
    writeFileSync(layout.regionColours(recording), '{');
    expect(coloursOf().V1).toBe('#e69f00');
  });
});
