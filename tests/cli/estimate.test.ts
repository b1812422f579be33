import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineCacheFolder } from '../../src/main/engine/install/cache-folder.ts';
import type { Calibration, Estimate } from '../../src/shared/estimate.ts';
import type { ExperimentStatus } from '../../src/shared/experiment.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { smallRecording, smallTraining, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** More than the preset quick takes, so that it is worth an estimate, and still quick. */
const network = {
  'network.imageSize': 64,
  'network.generatorChannels': 8,
  'network.discriminatorChannels': 8,
  'training.batch': 14,
};

describe('cortext estimate', () => {
  it('measures once, leaves nothing behind, and lets train refuse what cannot fit, unless forced', async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'workspace');
    const { id: recording } = await smallRecording(root);
    // The engine as installed, but measurements of its own.
    const cache = join(folder, 'cache');
    mkdirSync(cache);
    symlinkSync(join(engineCacheFolder(), 'engine'), join(cache, 'engine'));
    const run = (command: string, ...args: readonly string[]) =>
      startCortext([command, '-w', root, '-r', recording, ...smallTraining(3, network), ...args], {
        env: { ...process.env, CORTEXT_CACHE: cache },
      }).outcome;
    const experiments = () => readdirSync(workspaceLayout(root).experiments);

    const first = await run('estimate');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('Measuring');
    expect(first.stdout).toContain('training, 3 steps');
    const again = await run('estimate', '--json', '--set', 'training.steps=1000');
    expect(again.stderr).not.toContain('Measuring');
    // The command says so.
    const estimate = JSON.parse(again.stdout) as Estimate;
    expect(estimate.fits).toBe(true);
    expect(estimate.seconds.training).toBeGreaterThan(900 * estimate.secondsPerStep);
    expect(estimate.memoryBytes).toBeGreaterThan(2e8);
    expect(experiments()).toEqual([]);

    // A network of another world: nobody has a thousand terabytes.
    const kept = join(cache, 'calibrations');
    const file = join(kept, readdirSync(kept).find((name) => name.endsWith('.json')) ?? '');
    const calibration = JSON.parse(readFileSync(file, 'utf8')) as Calibration;
    const training = calibration.training.map((step) => ({ ...step, peakBytes: 1e15 }));
    writeFileSync(file, JSON.stringify({ ...calibration, training }));
    const refused = await run('train');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('ENGINE_MEMORY_INSUFFICIENT');
    expect(refused.stderr).toContain('1000000.0 GB');
    expect(experiments()).toEqual([]);
    const forced = await run('train', '--force', '--json');
    expect(JSON.parse(forced.stdout) as ExperimentStatus).toMatchObject({ state: 'completed' });
  });
});
