/** Importing as a user would: dropping a folder, putting right what lies wrong, cancelling. In a real Chromium. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRendererFiles } from '../../src/main/server/renderer-files.ts';
import { startServer, type RunningServer } from '../../src/main/server/server.ts';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { atRest } from '../support/at-rest.ts';
import { chromiumPath, launchChromium, openWatched, type WatchedPage } from '../support/browser.ts';
import { buildRenderer } from '../support/build-renderer.ts';
import { drop } from '../support/drop-files.ts';
import { hasShared, sharedAbsent, sharedPath } from '../support/shared-data.ts';
import { smallDataset } from '../support/small-dataset.ts';
import { cortextJson } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(chromiumPath === null)('importing in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let renderer: string;
  let dataset: string;

  beforeAll(async () => {
    [renderer, dataset, browser] = await Promise.all([
      buildRenderer(),
      smallDataset(temporaryFolder()),
      launchChromium(),
    ]);
  });

  afterAll(async () => {
    await browser.close();
  });

  interface Opened extends WatchedPage {
    readonly root: string;
    readonly application: Application;
    readonly server: RunningServer;
    close(this: void): Promise<void>;
  }

  /** A window on an empty workspace. */
  async function opened(): Promise<Opened> {
    const root = join(temporaryFolder(), 'workspace');
    const application = createApplication(openWorkspace(root, { create: true }));
    const server = await startServer(application, { renderer: loadRendererFiles(renderer) });
    const watched = await openWatched(browser, server.url);
    return {
      ...watched,
      root,
      application,
      server,
      close: async () => {
        await watched.context.close();
        await server.close();
        await application.close();
      },
    };
  }

  const next = (page: Page) => page.getByRole('button', { name: 'Next' }).click();

  it('imports a dataset whose folder was dropped on the empty library, and shows the recording', async () => {
    const { page, root, complaints, close } = await opened();
    await page.getByRole('heading', { name: 'No recording yet' }).waitFor();
    await drop(page, '.drop-page', [dataset]);
    await page.getByText('Recognised as BIDS').waitFor();
    const facts = page.getByRole('group', { name: 'What it holds' });
    expect(await facts.innerText()).toMatch(/24\s+samples\s+4,500\s+voxels\s+20\s+stimuli\s+4\s+runs/);
    await pictureLoads(page, 'Contact sheet of the first stimuli');
    await pictureLoads(page, 'Regions on the mean functional volume');
    await isAccessible(page);

    await next(page);
    await page.getByText('20 stimuli have their picture').waitFor();
    await page.getByText('Nothing is missing, double or unused.').waitFor();
    await page.getByRole('row', { name: 'FFA' }).waitFor();
    await isAccessible(page);

    await next(page);
    await page.getByRole('img', { name: /^as recorded, voxel/ }).waitFor();
    await page.getByRole('img', { name: /^General linear model, voxel/ }).waitFor();
    await page.getByRole('button', { name: 'Remove z-score per run' }).click();
    await expect.poll(() => page.getByRole('img', { name: /^z-score per run, voxel/ }).count()).toBe(0);
    await isAccessible(page);
    await page.getByRole('button', { name: 'Use these steps' }).click();
    await page.getByRole('button', { name: 'Use these steps' }).waitFor({ state: 'detached' });

    await next(page);
    await page.getByLabel('Name of the recording').fill('Dropped');
    await isAccessible(page);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Dropped: 24 samples of 4,500 voxels, 20 stimuli.').waitFor();
    await page.getByRole('link', { name: 'Look at the recording' }).click();
    const card = page.getByRole('article', { name: 'Dropped' });
    await pictureLoads(page, 'Regions of Dropped on three slices');
    await card.getByRole('button', { name: 'Details' }).click();
    await card.getByText('confounds, detrend, general-linear-model', { exact: true }).waitFor();
    expect(
      existsSync(workspaceLayout(root).staging)
        ? readdirSync(workspaceLayout(root).staging).filter((name) => name.startsWith('upload'))
        : [],
    ).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it.skipIf(!hasShared)(
    `puts a transposed layout and fallen pictures right by looking (skipped when ${sharedAbsent})`,
    async () => {
      const { page, complaints, close } = await opened();
      const folder = temporaryFolder();
      const recipe = (layout: string, order: string) =>
        JSON.stringify({
          subject: 'S1',
          file: sharedPath('data', 'miyawaki2008', 'V1_mean_figure.mat'),
          voxels: { array: 'R2', layout },
          images: { array: 'I2', layout: 'pixels-by-images', height: 10, width: 10, order },
          regions: { V1: 'all' },
        });
      writeFileSync(join(folder, 'wrong.yaml'), recipe('samples-by-voxels', 'row-major'));
      writeFileSync(join(folder, 'right.yaml'), recipe('voxels-by-samples', 'column-major'));

      await page.getByRole('link', { name: 'Import' }).first().click();
      await isAccessible(page);
      await page.getByLabel('Path of a folder, a file or a recipe').fill(join(folder, 'wrong.yaml'));
      await page.getByRole('button', { name: 'Look', exact: true }).click();
      await page.getByText('Cannot be imported like this yet').waitFor();
      expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
      await page.getByText('Column per sample').click();
      const facts = page.getByRole('group', { name: 'What it holds' });
      await facts.waitFor();
      expect(await facts.innerText()).toMatch(/80\s+samples\s+797\s+voxels\s+10\s+stimuli/);
      const fallen = await pictureLoads(page, 'Contact sheet of the first stimuli');
      await page.getByText('Column by column', { exact: true }).click();
      await expect.poll(() => pictureLoads(page, 'Contact sheet of the first stimuli')).not.toBe(fallen);
      await isAccessible(page);
      await next(page);
      await next(page);
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText(/80 samples of 797 voxels, 10 stimuli/).waitFor();
      await page.getByRole('link', { name: 'Look at the recording' }).click();
      await page.getByRole('button', { name: 'Details' }).click();
      const imported = await cortextJson<{ contentHash: string }>(
        'import',
        join(folder, 'right.yaml'),
        '-w',
        join(folder, 'workspace'),
      );
      await page.getByText(imported.contentHash.slice(0, 16)).waitFor();
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('leaves nothing of an import that is cancelled, nor of one whose folder was chosen and left', async () => {
    const { page, root, application, complaints, close } = await opened();
    await page.getByRole('link', { name: 'Import' }).first().click();
    await page.getByTestId('folder').setInputFiles(dataset);
    await page.getByText('Recognised as BIDS').waitFor();
    for (let steps = 0; steps < 3; steps++) await next(page);
    // Held at its first breath, so that there is a middle to cancel it in.
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('status', { name: 'Importing' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. Nothing was imported.').waitFor();
    expect(readdirSync(workspaceLayout(root).recordings)).toEqual([]);
    expect(readdirSync(workspaceLayout(root).stimuli)).toEqual([]);
    const uploads = () => readdirSync(workspaceLayout(root).staging).filter((name) => /^(upload|recording)/.test(name));
    expect(uploads()).toEqual([]);

    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('link', { name: 'Import' }).first().click();
    await page.getByTestId('folder').setInputFiles(dataset);
    await page.getByText('Recognised as BIDS').waitFor();
    expect(uploads()).toHaveLength(1);
    await page.getByRole('link', { name: 'Library' }).click();
    await expect.poll(uploads).toEqual([]);
    expect((await application.call('recordings.list', {})) as unknown).toEqual({ ok: true, value: [] });
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes what is dropped on any page, also upon a dialog and where nothing is, and anew in the open wizard', async () => {
    const { page, server, complaints, close } = await opened();
    await page.goto(`http://127.0.0.1:${server.port}/settings`);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    // The navigation is no page either.
    await drop(page, 'nav', [dataset]);
    await page.getByText('Recognised as BIDS').waitFor();
    expect(new URL(page.url()).pathname).toBe('/import');

    const table = join(temporaryFolder(), 'responses.csv');
    writeFileSync(table, 'a,b\n1,2\n3,4\n');
    await drop(page, '.page', [table]);
    await page.getByText(/Recognised as arrays/).waitFor();
    await page.getByRole('button', { name: 'Data', exact: true }).click();
    await page.getByRole('button', { name: 'Browse' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Use this folder' }).waitFor();
    await drop(page, '[role=dialog]', [dataset]);
    await page.getByText('Recognised as BIDS').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('goes on where it was when its window is loaded anew: step, changes, steps that are tried, and name', async () => {
    const { page, root, complaints, close } = await opened();
    await drop(page, '.drop-page', [dataset]);
    await page.getByText('Recognised as BIDS').waitFor();
    await page.reload();
    await page.getByText('Recognised as BIDS').waitFor();
    await pictureLoads(page, 'Contact sheet of the first stimuli');
    await next(page);
    await next(page);
    await page.getByRole('button', { name: 'Remove z-score per run' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Use these steps' }).click();
    await page.getByRole('button', { name: 'Use these steps' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Remove z-score per run' }).count()).toBe(0);
    await next(page);
    await page.getByLabel('Name of the recording').fill('Kept');
    await page.reload();
    await expect.poll(() => page.getByLabel('Name of the recording').inputValue()).toBe('Kept');
    const start = page.getByRole('button', { name: 'Import', exact: true });
    await start.click();
    // Whether a window that goes away at once has still asked for the import is not what this is about.
    await start.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Kept: 24 samples of 4,500 voxels, 20 stimuli.').waitFor();

    // Whoever leaves the wizard and comes back begins anew.
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('article', { name: 'Kept' }).waitFor();
    await page.getByRole('link', { name: 'Import' }).first().click();
    await page.getByRole('region', { name: 'Place to drop data' }).waitFor();
    const staging = workspaceLayout(root).staging;
    expect(readdirSync(staging).filter((name) => name.startsWith('upload'))).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('says that it cannot go on when the program was started anew, and begins again with the path', async () => {
    const { page, application, server, root, close } = await opened();
    await page.getByRole('link', { name: 'Import' }).first().click();
    await page.getByLabel('Path of a folder, a file or a recipe').fill(dataset);
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await page.getByText('Recognised as BIDS').waitFor();
    await server.close();
    await application.close();
    const anew = createApplication(openWorkspace(root));
    const again = await startServer(anew, {
      renderer: loadRendererFiles(renderer),
      port: server.port,
      token: server.token,
    });
    await page.reload();
    await page.getByText('This window cannot go on where it was').waitFor();
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await page.getByText('Recognised as BIDS').waitFor();
    expect(await page.getByText('This window cannot go on where it was').count()).toBe(0);
    await again.close();
    await anew.close();
    await close();
  });

  it('finds data by looking through folders', async () => {
    const { page, complaints, close } = await opened();
    await page.getByRole('link', { name: 'Import' }).first().click();
    await page.getByRole('button', { name: 'Browse' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a folder or a file' });
    await dialog.getByRole('button', { name: 'Use this folder' }).waitFor();
    await isAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByLabel('Path of a folder, a file or a recipe').fill('/nowhere/at/all');
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/nowhere.*does not exist/)
      .waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

/** In light and in dark. */
async function isAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`:root[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    // Colours are faded from one scheme to the other.
    await atRest(page);
    expect(await seriousViolations(page), colorScheme).toEqual([]);
  }
}

/** Waits until a picture is there, and gives its address. */
async function pictureLoads(page: Page, name: string): Promise<string> {
  // Evaluated as text: the page's own types are not those of this program.
  const width = () => page.evaluate<number>(`document.querySelector('img[alt="${name}"]')?.naturalWidth ?? 0`);
  await expect.poll(width).toBeGreaterThan(0);
  return (await page.getByRole('img', { name }).getAttribute('src')) ?? '';
}
