/** The gallery: other experiments beside one, categories, and files that leave it. In a real Chromium. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Download, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rebuildCatalog } from '../../src/main/catalog/synchronise.ts';
import { readImagesHdf5 } from '../../src/main/engine/trainer/reconstructions-hdf5.ts';
import type { RunningServer } from '../../src/main/server/server.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { applicationInChromium, type ApplicationInChromium } from '../support/application-in-chromium.ts';
import { chromiumPath, openWatched } from '../support/browser.ts';
import { writeExperimentFixture, writeRecordingFixture } from '../support/experiment-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const experiment = '20251120-fixture';

describe.skipIf(chromiumPath === null)('the gallery in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let server: RunningServer;
  let close: ApplicationInChromium['close'];

  beforeAll(async () => {
    const root = join(temporaryFolder(), 'workspace');
    openWorkspace(root, { create: true }).close();
    const recording = await writeRecordingFixture(root, { stimuli: 20, size: 32 });
    const own = { recording, testStimuli: 10, size: 32 };
    await writeExperimentFixture(root, { ...own, id: experiment, name: 'All regions' });
    await writeExperimentFixture(root, { ...own, id: 'v1-alone', name: 'V1 alone', seed: 2, methods: ['gan'] });
    // Tested on fewer stimuli: nothing of it can stand beside the others.
    await writeExperimentFixture(root, {
      ...own,
      id: 'half',
      name: 'Half of the test',
      testStimuli: 5,
      methods: ['gan'],
    });
    rebuildCatalog(root);
    ({ server, browser, close } = await applicationInChromium(root));
  });

  afterAll(() => close());

  async function openGallery(search = '') {
    const watched = await openWatched(browser, server.url);
    await watched.page.goto(`http://127.0.0.1:${server.port}/experiments/${experiment}/gallery${search}`);
    await watched.page.getByRole('option').first().waitFor();
    return watched;
  }

  it('puts the reconstructions of another experiment beside its own, and keeps them over a reload', async () => {
    const { page, context, complaints } = await openGallery();
    const others = page.getByRole('combobox', { name: 'Beside other experiments' });
    await others.click();
    await page.getByRole('option', { name: /V1 alone/ }).waitFor();
    expect(await page.getByRole('option', { name: /Half of the test/ }).count()).toBe(0);
    await page.getByRole('option', { name: /V1 alone/ }).click();
    await page.getByRole('img', { name: 'V1 alone' }).first().waitFor();
    await page.reload();
    await page.getByRole('img', { name: 'V1 alone' }).first().waitFor();

    await page.getByRole('listbox', { name: 'Gallery' }).focus();
    await page.keyboard.press('Space');
    // Its scores stand under it as under the experiment's own.
    await page
      .getByRole('dialog')
      .getByRole('figure')
      .filter({ hasText: /V1 alone.*SSIM 0\.\d/ })
      .waitFor();
    await page.keyboard.press('Escape');
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows one category, and takes exactly that out as picture, pages, table and numbers', async () => {
    const { page, context, complaints } = await openGallery('?with=v1-alone');
    await page.getByRole('combobox', { name: 'Category' }).click();
    await page.getByRole('option', { name: 'ring', exact: true }).click();
    await page.getByText('2 of 10 stimuli').waitFor();
    await page.getByRole('combobox', { name: 'Sort by' }).click();
    await page.getByRole('option', { name: 'MSE' }).click();
    const names = await page
      .getByRole('listbox', { name: 'Gallery' })
      .getByText(/^image-\d+$/)
      .allInnerTexts();
    expect(names).toHaveLength(2);

    const table = await exported(page, 'Scores (CSV)');
    expect(table.suggestedFilename()).toBe(`${experiment}-scores.csv`);
    const lines = readFileSync(await table.path(), 'utf8')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(lines[0].slice(0, 4)).toEqual(['experiment', 'index', 'stimulus', 'name']);
    expect([...new Set(lines.slice(1).map((cells) => cells[3]))]).toEqual(names);
    expect([...new Set(lines.slice(1).map(([id]) => id))]).toEqual([experiment, 'v1-alone']);

    const numbers = await exported(page, 'Numbers (HDF5)');
    const arrays = await readImagesHdf5(await numbers.path());
    expect(arrays.names).toEqual(names);
    expect(Object.keys(arrays.methods)).toEqual(expect.arrayContaining(['gan', 'ridge', 'gan of v1-alone']));
    expect(arrays.methods.gan).toMatchObject({ count: 2, width: 32 });

    const sheet = await sharp(await (await exported(page, 'Sheet (PNG)')).path()).metadata();
    // Stimulus, five methods and the other experiment, one under another, in two columns.
    expect(sheet.height).toBeGreaterThan(7 * 112);
    const pages = readFileSync(await (await exported(page, 'Pages (PDF)')).path());
    expect(pages.subarray(0, 5).toString()).toBe('%PDF-');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

async function exported(page: Page, format: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: format }).click();
  return download;
}
