/**
 * What a killed or cancelled import leaves: nothing that is half, and nothing that the next start does not take away.
 *
 * Kills at random moments of the whole run, the first of a new workspace too. Ten kills; more with `CORTEXT_KILLS=100`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyRecording } from '../../src/main/dataset/recording-store.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { Random } from '../../src/shared/random.ts';
import { recordingMetadataSchema } from '../../src/shared/recording.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { smallDataset } from '../support/small-dataset.ts';
import { cortext, cortextJson, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KILLS = Number(process.env.CORTEXT_KILLS ?? 10);

let dataset: string;
/** How long an undisturbed import takes, in milliseconds. */
let duration: number;

beforeAll(async () => {
  dataset = await smallDataset(temporaryFolder());
  const began = performance.now();
  await cortextJson('import', dataset, '-w', join(temporaryFolder(), 'workspace'));
  duration = performance.now() - began;
});

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Opens the workspace as the next program does, and looks whether everything in it belongs to a whole recording. */
async function expectClean(root: string): Promise<string[]> {
  openWorkspace(root, { create: true }).close();
  const layout = workspaceLayout(root);
  expect(filesIn(layout.staging)).toEqual([]);
  const ids = filesIn(layout.recordings);
  const stimuli = new Set<string>();
  for (const id of ids) {
    await verifyRecording(root, id);
    const metadata = recordingMetadataSchema.parse(JSON.parse(readFileSync(layout.recordingMetadata(id), 'utf8')));
    for (const stimulus of metadata.stimuli) stimuli.add(`${stimulus.id}.png`);
  }
  const shown = [...stimuli].sort();
  expect(
    filesIn(layout.stimuli)
      .filter((name) => name !== 'thumbnails')
      .sort(),
  ).toEqual(shown);
  expect(filesIn(layout.thumbnails).sort()).toEqual(shown);
  expect(filesIn(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  return ids;
}

describe('an import', () => {
  it(`leaves whole recordings or none when it is killed ${KILLS} times, and then succeeds`, async () => {
    const random = new Random(Number(process.env.CORTEXT_SEED ?? 4));
    const root = join(temporaryFolder(), 'workspace');
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, outcome } = startCortext(['import', dataset, '-w', root, '--name', `Attempt ${kill}`]);
      // From the first breath of the process to shortly after its end.
      await new Promise((resolve) => setTimeout(resolve, duration * (0.15 + random.uniform())));
      child.kill('SIGKILL');
      await outcome;
      await expectClean(root);
    }
    const { recording } = await cortextJson<{ recording: string }>('import', dataset, '-w', root);
    expect(await expectClean(root)).toEqual([recording]);
    const { stdout } = await cortext('recordings', 'list', '-w', root);
    expect(stdout).toContain(recording);
  });

  it('is killed while it publishes stimuli, and they are taken back unless another recording shows them', async () => {
    const root = join(temporaryFolder(), 'workspace');
    const layout = workspaceLayout(root);
    // Recordings of one dataset share stimuli; the second differs by its steps.
    await cortextJson('import', dataset, '-w', root, '--map', 'sessions=[perceptionTest01]');
    const shared = filesIn(layout.stimuli).length;
    const { child, outcome } = startCortext(['import', dataset, '-w', root]);
    while (filesIn(layout.stimuli).length <= shared && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await outcome;
    expect((await expectClean(root)).length).toBeGreaterThanOrEqual(1);
  });

  it('leaves nothing when it is cancelled with Ctrl-C, not even the workspace that it made', async () => {
    const folder = temporaryFolder();
    const { child, outcome } = startCortext(['import', dataset, '-w', join(folder, 'workspace')]);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    expect((await outcome).code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('cortext simulate', () => {
  it('takes away at the next start what it left when it was killed', async () => {
    const folder = temporaryFolder();
    const options = ['--training-categories', '8', '--exemplars', '2', '--test-categories', '4', '--image-size', '32'];
    const { child, outcome } = startCortext(['simulate', join(folder, 'subject'), ...options]);
    while (readdirSync(folder).length === 0 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await outcome;
    expect(readdirSync(folder)).toHaveLength(1);
    await cortextJson('simulate', join(folder, 'subject'), ...options);
    expect(readdirSync(folder)).toEqual(['subject']);
  });
});
