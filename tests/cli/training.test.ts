import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../src/main/engine/trainer/checkpoint.ts';
import { readHistory, readStatus } from '../../src/main/engine/trainer/experiment-folder.ts';
import type { ExperimentList } from '../../src/shared/catalog.ts';
import type { Evaluation } from '../../src/shared/evaluation.ts';
import type { ExperimentStatus } from '../../src/shared/experiment.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { cortext, cortextJson, smallRecording, smallTraining, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function workspace(): Promise<{ root: string; recording: string }> {
  const root = join(temporaryFolder(), 'workspace');
  return { root, recording: (await smallRecording(root)).id };
}

async function until(condition: () => boolean, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function onlyExperiment(root: string): string {
  const { experiments } = workspaceLayout(root);
  const [id] = existsSync(experiments) ? readdirSync(experiments) : [];
  return id ?? '';
}

function stepOf(root: string): number {
  const id = onlyExperiment(root);
  return id === '' ? 0 : readStatus(root, id).checkpointStep;
}

describe('cortext train', () => {
  it('leaves reconstructions, scores of every control, a history and a report, and the catalog knows them', async () => {
    const { root, recording } = await workspace();
    const done = await cortextJson<ExperimentStatus & Pick<Evaluation, 'scores'>>(
      ...['train', '-w', root, '-r', recording],
      ...smallTraining(12, { 'evaluation.shuffledVoxels': true, 'objective.feature': 0.1 }),
    );
    expect(done.state).toBe('completed');
    expect(Object.keys(done.scores).sort()).toEqual(
      ['gan', 'mean-image', 'nearest-training-image', 'ridge', 'shuffled-voxels'].sort(),
    );
    // The discs' responses are nearly linear: ridge finds them, or something is wired wrongly.
    expect(done.scores.ridge?.['two-way-identification']?.value).toBeGreaterThan(0.8);
    expect(done.scores['mean-image']?.['two-way-identification']?.value).toBeCloseTo(0.5, 1);

    const layout = workspaceLayout(root).experiment(done.id);
    expect(readdirSync(join(layout.reconstructions, 'gan'))).toHaveLength(6);
    expect(existsSync(layout.reconstructionsHdf5)).toBe(true);
    const history = readHistory(root, done.id);
    expect(history.filter((line) => line.phase === 'training').map((line) => line.step)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    expect(history.some((line) => line.phase === 'training-control')).toBe(true);
    expect(history.some((line) => line.phase === 'image-encoder')).toBe(true);

    const report = await cortext('report', done.id, '-w', root);
    expect(report.code).toBe(0);
    expect(readFileSync(layout.report, 'utf8')).toContain('disc-');
    const list = await cortextJson<ExperimentList>('history', '-w', root);
    expect(list.rows.map((row) => row.state)).toEqual(['completed']);
    expect(list.rows[0].scores.gan?.ssim?.value).toBeCloseTo(done.scores.gan?.ssim?.value ?? NaN, 6);
  });

  it('pauses on request of another process, resumes, continues longer, and then has trained all steps', async () => {
    const { root, recording } = await workspace();
    const training = startCortext(['train', '-w', root, '-r', recording, ...smallTraining(100_000)]);
    await until(() => stepOf(root) >= 8);
    const id = onlyExperiment(root);
    expect((await cortext('resume', id, '-w', root)).code).toBe(6);
    const paused = await cortextJson<ExperimentStatus>('pause', id, '-w', root);
    expect(paused.state).toBe('paused');
    expect((await training.outcome).code).toBe(0);
    const reached = paused.checkpointStep;
    expect(listCheckpoints(workspaceLayout(root).experiment(id).checkpoints)[0]).toBe(reached);

    const resumed = startCortext(['resume', id, '-w', root]);
    await until(() => stepOf(root) > reached);
    const stopped = await cortextJson<ExperimentStatus>('stop', id, '-w', root);
    expect(stopped.state).toBe('stopped');
    expect((await resumed.outcome).stdout).toContain('2-way identification');

    const refused = await cortext('continue', id, '--steps', '5', '-w', root);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('5 is not more than');
  });

  it('trains a completed experiment for longer, from where it ended', async () => {
    const { root, recording } = await workspace();
    const first = await cortextJson<ExperimentStatus>('train', '-w', root, '-r', recording, ...smallTraining(6));
    expect((await cortext('resume', first.id, '-w', root)).code).toBe(6);
    const longer = await cortextJson<ExperimentStatus>('continue', first.id, '--steps', '10', '-w', root);
    expect(longer.state).toBe('completed');
    expect(readHistory(root, first.id).map((line) => line.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('gives the same losses for the same seed, and others for another', async () => {
    const { root, recording } = await workspace();
    const losses = async (seed: string): Promise<number[]> => {
      const args = ['train', '-w', root, '-r', recording, '--seed', seed, ...smallTraining(8)];
      const { id } = await cortextJson<ExperimentStatus>(...args);
      return readHistory(root, id).map((line) => line.scalars.generator);
    };
    const [first, again, other] = [await losses('3'), await losses('3'), await losses('4')];
    again.forEach((loss, step) => {
      expect(loss).toBeCloseTo(first[step], 4);
    });
    expect(other[0]).not.toBeCloseTo(first[0], 4);
  });

  it('runs on WebAssembly where it is asked to', async () => {
    const { root, recording } = await workspace();
    const args = ['train', '-w', root, '-r', recording, '--backend', 'wasm', ...smallTraining(2)];
    expect(await cortextJson<ExperimentStatus>(...args)).toMatchObject({ state: 'completed', backend: 'wasm' });
  });
});

describe('cortext crossvalidate', () => {
  it('refuses a split whose stimuli train and test, until it is signed off; then pools all folds', async () => {
    const { root, recording } = await workspace();
    const base = ['crossvalidate', '-w', root, '-r', recording, '--split', 'k-fold', '--folds', '2'];
    const done = await cortextJson<{ id: string; experiments: string[]; scores: Evaluation['scores']; sheet: string }>(
      ...base,
      ...smallTraining(4, { 'training.batch': 2 }),
    );
    expect(done.experiments).toHaveLength(2);
    expect(done.scores.gan?.ssim?.n).toBe(20);
    const fewer = async (pictures: number) => {
      const written = await cortextJson<{ sheet: string }>('report', done.id, '-w', root, '--pictures', String(pictures));
      expect(written.sheet).toBe(done.sheet);
      return (await sharp(written.sheet).metadata()).width;
    };
    expect(await fewer(3)).toBeLessThan(await fewer(8));

    const leaking = await cortext(...base.with(6, 'leave-repetition-out').slice(0, 7), ...smallTraining(4));
    expect(leaking.code).toBe(3);
    expect(leaking.stderr).toContain('LEAKAGE');
    expect(leaking.stderr).toContain('disc-');
  });
});

describe('wrong use', () => {
  it.each([
    ['an unknown option', ['train', '--nonsense'], 2, '--nonsense'],
    ['a setting that does not exist', ['train', '-r', 'REC', '--set', 'training.stesp=3'], 2, 'training.steps'],
    ['a setting out of range', ['train', '-r', 'REC', '--set', 'training.batch=0'], 2, 'training.batch'],
    ['an unknown preset', ['train', '-r', 'REC', '-p', 'huge'], 4, 'quick, standard, fine'],
    ['an unknown region', ['train', '-r', 'REC', '--regions', 'V9'], 3, 'V1'],
    ['an unknown recording', ['train', '-r', 'nobody'], 4, 'nobody'],
    ['a split without its column', ['train', '-r', 'REC', '--split', 'leave-run-out'], 3, 'run'],
    ['an experiment that is not there', ['report', 'nothing'], 4, 'nothing'],
    ['pausing what does not run', ['pause', 'nothing'], 4, 'nothing'],
  ])('%s: a coded error, its exit code, and nothing left behind', async (_, args, code, words) => {
    const { root, recording } = await workspace();
    const outcome = await cortext(...args.map((arg) => (arg === 'REC' ? recording : arg)), '-w', root);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr + outcome.stdout).toContain(words);
    expect(onlyExperiment(root)).toBe('');
  });

  it('says it as JSON where JSON was asked for', async () => {
    const { root } = await workspace();
    const { code, stdout } = await cortext('report', 'nothing', '-w', root, '--json');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'EXPERIMENT_NOT_FOUND' } });
  });

  it('names the file when a recording was damaged', async () => {
    const { root, recording } = await workspace();
    const { voxels } = workspaceLayout(root);
    writeFileSync(voxels(recording), readFileSync(voxels(recording)).subarray(0, 100));
    const outcome = await cortext('train', '-w', root, '-r', recording, ...smallTraining(2));
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toContain('voxels.f32');
    expect(outcome.stderr).toContain('RECORDING_DAMAGED');
  });
});
