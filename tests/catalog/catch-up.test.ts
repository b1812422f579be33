import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog, type Catalog } from '../../src/main/catalog/catalog.ts';
import { catchUp } from '../../src/main/catalog/catch-up.ts';
import { rebuildCatalog } from '../../src/main/catalog/synchronise.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { writeExperimentFixture, writeRecordingFixture } from '../support/experiment-fixture.ts';

describe('a catalog in use that catches up with its folders', () => {
  let root = '';
  let catalog: Catalog;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'cortext-catch-up-'));
    const recording = await writeRecordingFixture(root, { stimuli: 4, size: 16 });
    await writeExperimentFixture(root, { id: 'stays', recording, testStimuli: 2, size: 16, methods: ['gan'] });
    await writeExperimentFixture(root, { id: 'goes', recording, testStimuli: 2, size: 16, methods: ['gan'] });
    rebuildCatalog(root);
    catalog = openCatalog(workspaceLayout(root).catalog);
    // As another computer would, or somebody with a file manager.
    rmSync(workspaceLayout(root).experiment('goes').folder, { recursive: true });
    await writeExperimentFixture(root, { id: 'comes', recording, testStimuli: 2, size: 16, methods: ['gan'] });
    await writeExperimentFixture(root, { id: 'broken', recording, testStimuli: 2, size: 16, methods: ['gan'] });
    writeFileSync(workspaceLayout(root).experiment('broken').config, '{');
  });

  afterEach(() => {
    catalog.close();
    rmSync(root, { recursive: true, force: true });
  });

  const listed = () =>
    catalog
      .list()
      .rows.map(({ id }) => id)
      .sort();

  it('finds what was copied in, forgets what was taken out, and names what cannot be read', async () => {
    expect(listed()).toEqual(['goes', 'stays']);
    const steps: number[] = [];
    const found = await catchUp(catalog, root, {
      signal: new AbortController().signal,
      onProgress: ({ done }) => steps.push(done),
    });
    expect(listed()).toEqual(['comes', 'stays']);
    expect(found).toMatchObject({ recordings: 1, experiments: 2, evaluations: 2 });
    expect(found.damaged.map(({ code }) => code)).toEqual(['EXPERIMENT_DAMAGED']);
    expect(steps).toEqual([1, 2, 3, 4, 5]);
  });

  it('can be cancelled between two folders', async () => {
    const abort = new AbortController();
    const reading = catchUp(catalog, root, {
      signal: abort.signal,
      onProgress: () => {
        abort.abort();
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
