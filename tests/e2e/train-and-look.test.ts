/** What a user does with the mouse: train, watch, pause, come back, look, find again. In a real Chromium. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../src/main/server/server.ts';
import type { Application } from '../../src/main/services/application/application.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { applicationInChromium, type ApplicationInChromium } from '../support/application-in-chromium.ts';
import { chromiumPath, openWatched } from '../support/browser.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(chromiumPath === null)('the application in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let application: Application;
  let server: RunningServer;
  let close: ApplicationInChromium['close'];
  let recording: string;

  beforeAll(async () => {
    const root = join(temporaryFolder(), 'workspace');
    recording = (await smallRecording(root)).id;
    ({ application, server, browser, close } = await applicationInChromium(root));
  });

  afterAll(() => close());

  /** An experiment that is created without the window. */
  async function created(steps: number, name: string): Promise<string> {
    const answer = await application.call('experiments.create', {
      recording,
      preset: 'quick',
      name,
      settings: smallSettings(steps),
    });
    if (!answer.ok) throw new Error(answer.error.message);
    // The contract says so.
    return (answer.value as { id: string }).id;
  }

  async function completed(steps: number, name: string): Promise<string> {
    const id = await created(steps, name);
    await application.call('experiments.run', { id });
    while (application.running().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    return id;
  }

  it('trains from the library with a few clicks, shows how it goes, pauses, and is found again in a new window', async () => {
    const { page, context, complaints } = await openWatched(browser, server.url);
    // The key is gone from the address.
    await page.waitForURL(/:\d+\/library$/);
    await page.getByRole('article').getByRole('link', { name: 'Train' }).click();
    await page.getByRole('checkbox', { name: 'V2' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByRole('radio', { name: /As shipped/ }).getAttribute('aria-checked')).resolves.toBe('true');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('radio', { name: /Quick look/ }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Name').fill('From a window');
    expect(await page.getByRole('row', { name: /Regions/ }).innerText()).toContain('V1');
    // The quick preset on a recording this small is refused with a sentence: its batch is larger than the training set.
    await page.getByRole('alert').getByText(/batch of 16 is larger than the 14 training samples/).waitFor();

    const id = await created(100_000, 'Watched');
    await page.goto(`http://127.0.0.1:${server.port}/experiments/${id}`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText(/step [\d,]+ of 100,000/).waitFor();
    await page.getByRole('img', { name: 'Losses' }).waitFor();
    await page.getByRole('img', { name: /Samples, Step/ }).waitFor();
    await context.close();

    // The window is gone; training is not.
    expect(application.running()).toEqual([id]);
    const again = await openWatched(browser, server.url);
    await again.page.goto(`http://127.0.0.1:${server.port}/experiments/${id}`);
    await again.page.getByRole('button', { name: 'Pause' }).click();
    await again.page.getByRole('button', { name: 'Resume' }).waitFor();
    // When a window offers to go on, the engine has gone.
    expect(application.running()).toEqual([]);
    await again.page.getByRole('button', { name: 'Resume' }).click();
    await again.page.getByRole('button', { name: 'Stop and score' }).click();
    await again.page.getByRole('dialog').getByRole('button', { name: 'Stop and score' }).click();
    await again.page.getByRole('heading', { name: 'Scores' }).waitFor();
    expect(application.running()).toEqual([]);
    expect([...complaints, ...again.complaints]).toEqual([]);
    await again.context.close();
  });

  it('shows stimuli beside reconstructions and controls, sorts, filters, and enlarges with the keyboard', async () => {
    const id = await completed(6, 'Gallery');
    const { page, context, complaints } = await openWatched(browser, server.url);
    await page.goto(`http://127.0.0.1:${server.port}/experiments/${id}/gallery`);
    const rows = page.getByRole('option');
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThanOrEqual(4);
    await allPicturesLoad(page);

    await page.getByLabel('Sort by').first().click();
    await page.getByRole('option', { name: 'SSIM' }).click();
    const scores = async () =>
      (await page.getByText(/^SSIM -?\d/).allInnerTexts()).map((text) => Number(text.replace('SSIM ', '')));
    await expect.poll(async () => (await scores()).length).toBeGreaterThan(3);
    const sorted = await scores();
    expect(sorted).toEqual([...sorted].sort((a, b) => b - a));

    await page.getByLabel('Filter by name').fill('disc-15');
    await page.getByText('1 of 6 stimuli').waitFor();
    await page.getByLabel('Filter by name').fill('');

    const list = page.getByRole('listbox', { name: 'Gallery' });
    await list.focus();
    const current = () => rows.and(page.locator('[aria-selected=true]')).getAttribute('id');
    const first = await current();
    // In the list as in what is enlarged, arrows to the right and down go on.
    await page.keyboard.press('ArrowRight');
    await expect.poll(current).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(current).toBe(first);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    const zoom = page.getByRole('dialog');
    await zoom.getByRole('img', { name: 'Ridge' }).waitFor();
    const title = await zoom.getByRole('heading').innerText();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => zoom.getByRole('heading').innerText()).not.toBe(title);
    await zoom.getByRole('img', { name: 'Ridge' }).hover();
    // The cursor points at the same place in every picture.
    await expect.poll(() => zoom.locator('.zoom-cross').count()).toBe(await zoom.locator('.zoom-picture').count());
    await page.keyboard.press('Escape');
    await expect.poll(() => zoom.count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('finds experiments again, remembers what was written about them, and compares two', async () => {
    const first = await completed(4, 'Pilot');
    await completed(6, 'Second attempt');
    const { page, context, complaints } = await openWatched(browser, server.url);
    await page.goto(`http://127.0.0.1:${server.port}/experiments/${first}`);
    await page.getByLabel('Note').fill('masks of March');
    await page.getByLabel('Note').blur();

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByLabel(/Search/).fill('march');
    await page.getByText('1 experiment', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Pilot' }).waitFor();
    await page.getByLabel(/Search/).fill('');
    await page.getByText(/^\d+ experiments$/).waitFor();
    await page.getByRole('checkbox', { name: 'Choose Pilot' }).check();
    await page.getByRole('checkbox', { name: 'Choose Second attempt' }).check();
    await page.getByRole('button', { name: 'Compare 2' }).click();
    await page.getByRole('row', { name: /^Steps Updates of both networks.* 4 6$/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('has no serious accessibility violation on any page, in light and in dark', async () => {
    const id = await completed(4, 'Accessible');
    const { page, context } = await openWatched(browser, server.url);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of ['library', 'train', 'history', 'settings', `experiments/${id}`, `experiments/${id}/gallery`]) {
        await page.goto(`http://127.0.0.1:${server.port}/${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        expect(await seriousViolations(page), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
    await context.close();
  });
});

async function allPicturesLoad(page: Page): Promise<void> {
  // Evaluated as text: the page's own types are not those of this program.
  const loaded = () => page.evaluate<boolean>('[...document.querySelectorAll("img.picture")].every((image) => image.naturalWidth > 0)');
  await expect.poll(loaded).toBe(true);
}
