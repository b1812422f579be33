import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/main/engine/trainer/prepare-data.ts';
import { createExperiment } from '../../src/main/services/experiments.ts';
import {
  defineRegionByExpression,
  defineRegionByStatistic,
  defineRegionByVoxels,
  listRegions,
  removeRegion,
} from '../../src/main/services/regions.ts';
import { voxelStatistics } from '../../src/main/services/voxel-statistics.ts';
import { openWorkspace, type Workspace } from '../../src/main/services/workspace.ts';
import type { SplitSpec } from '../../src/shared/experiment.ts';
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

describe('voxel statistics', () => {
  it('are told per voxel and per region, over all samples or those that train', () => {
    defineRegionByVoxels(workspace, { recording, name: 'mine', voxels: [1, 30, 5, 7], description: 'drawn' });
    const request = { recording, statistic: 'variance' } as const;
    const { values, samples, regions } = voxelStatistics(workspace, request);
    expect([values.length, samples]).toEqual([40, 32]);
    const own = [1, 30, 5, 7].map((voxel) => values[voxel]).sort((a, b) => a - b);
    expect(regions[2]).toEqual({ name: 'mine', median: (own[1] + own[2]) / 2, best: own[3] });
    const training = voxelStatistics(workspace, { ...request, split: fixed });
    expect(training.samples).toBe(18);
    expect([...training.values]).not.toEqual([...values]);
  });
});

describe('defined regions', () => {
  it('are listed with where they come from and what they share', () => {
    defineRegionByExpression(workspace, { recording, name: 'early', expression: 'V1 + V2' });
    defineRegionByVoxels(workspace, { recording, name: 'drawn', voxels: [39, 3, 3], description: 'drawn by hand' });
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
    defineRegionByVoxels(workspace, { recording, name: 'mine', voxels: [1, 30, 5], description: 'drawn' });
    const config = createExperiment(workspace, { ...smallest, recording, regions: ['mine'] });
    defineRegionByVoxels(workspace, { recording, name: 'mine', voxels: [2], description: 'other', replace: true });
    removeRegion(workspace, recording, 'mine');
    const { transform } = await prepareData(root, config);
    expect(transform.regions.map(({ name, voxels }) => [name, [...voxels]])).toEqual([['mine', [1, 5, 30]]]);
    expect(readFileSync(workspaceLayout(root).recordingMetadata(recording))).toEqual(before);
  });

  it('leave experiments alone that do not use them', () => {
    defineRegionByExpression(workspace, { recording, name: 'early', expression: 'V1 + V2' });
    const config = createExperiment(workspace, { ...smallest, recording });
    expect(config.regions).toEqual(['V1', 'V2']);
    expect(config.definedRegions).toBeUndefined();
  });

  it('are known to expressions, and refused beside what they contain', () => {
    defineRegionByExpression(workspace, { recording, name: 'early', expression: 'V1 + V2' });
    const rest = defineRegionByExpression(workspace, { recording, name: 'rest', expression: 'early - V1' });
    expect(rest.voxels).toEqual(Array.from({ length: 15 }, (_, i) => 25 + i));
    const both = { ...smallest, recording, regions: ['V1', 'early'] };
    expect(failureOf(() => createExperiment(workspace, both))).toMatchObject({ code: 'REGION_OVERLAP' });
    const unknown = { ...smallest, recording, regions: ['late'] };
    expect(failureOf(() => createExperiment(workspace, unknown))).toMatchObject({
      code: 'REGION_UNKNOWN',
      hint: expect.stringContaining('early (40 voxels)') as string,
    });
  });

  it('by a statistic are refused by an experiment that tests on what they were chosen by', () => {
    const region = defineRegionByStatistic(workspace, {
      recording,
      name: 'steady',
      statistic: 'reliability',
      within: 'V1',
      keep: { top: 6 },
      split: fixed,
    });
    expect(region.voxels.length).toBe(6);
    expect(Math.max(...region.voxels)).toBeLessThan(25);
    expect(region.seenSamples.length).toBe(18);
    // What is made of it has seen the same.
    const part = defineRegionByExpression(workspace, { recording, name: 'part', expression: 'steady | V2' });
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

  it('have names of their own, and are replaced only when asked', () => {
    const define = (name: string, replace = false) => () =>
      defineRegionByExpression(workspace, { recording, name, expression: 'V2', replace });
    expect(failureOf(define('V1', true))).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(failureOf(define('a,b'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    define('mine')();
    expect(failureOf(define('mine'))).toMatchObject({ code: 'ALREADY_EXISTS' });
    define('mine', true)();
    expect(failureOf(() => removeRegion(workspace, recording, 'V1'))).toMatchObject({ code: 'REGION_UNKNOWN' });
    const outside = { recording, name: 'far', voxels: [40], description: '' };
    expect(failureOf(() => defineRegionByVoxels(workspace, outside))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('of another recording, or of a damaged file, are refused', () => {
    defineRegionByExpression(workspace, { recording, name: 'early', expression: 'V1 + V2' });
    const path = workspaceLayout(root).definedRegions(recording);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"contentHash": "./, '"contentHash": "x'));
    expect(failureOf(() => listRegions(workspace, recording))).toMatchObject({ code: 'RECORDING_DAMAGED' });
    writeFileSync(path, '{');
    expect(failureOf(() => listRegions(workspace, recording))).toMatchObject({ code: 'RECORDING_DAMAGED' });
  });
});
