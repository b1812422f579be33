/** Before and after a training: its split, its estimate, its place in the queue; a window that comes back; the history. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRendererFiles } from '../../src/main/server/renderer-files.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/main/server/server.ts';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { chromiumPath, launchChromium, openWatched } from '../support/browser.ts';
import { buildRenderer } from '../support/build-renderer.ts';
import { writeExperimentFixture, writeRecordingFixture } from '../support/experiment-fixture.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { rebuildCatalog } from '../../src/main/catalog/synchronise.ts';

describe.skipIf(chromiumPath === null)('planning and coming back in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let application: Application;
  let server: RunningServer;
  let served: ServerOptions;
  let recording: string;

  beforeAll(async () => {
    const root = join(temporaryFolder(), 'workspace');
    recording = (await smallRecording(root)).id;
    const shapes = await writeRecordingFixture(root, { stimuli: 12, size: 16 });
    for (const [at, name] of ['First masks', 'Second masks', 'Third masks'].entries()) {
      await writeExperimentFixture(root, {
        id: `masks-${at + 1}`,
        name,
        recording: shapes,
        testStimuli: 6,
        size: 16,
        seed: at + 1,
        methods: ['gan'],
        config: { createdAt: `2025-11-1${at}T12:00:00.000Z` },
      });
    }
    rebuildCatalog(root);
    application = createApplication(openWorkspace(root));
    served = { renderer: loadRendererFiles(await buildRenderer()) };
    server = await startServer(application, served);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await application.close();
  });

  const address = (path: string) => `http://127.0.0.1:${server.port}/${path}`;

  async function openPage(path: string) {
    const watched = await openWatched(browser, server.url);
    await watched.page.goto(address(path));
    return watched;
  }

  async function called<T>(name: string, input: object): Promise<T> {
    const answer = await application.call(name, input);
    if (!answer.ok) throw new Error(answer.error.message);
    // The caller states what the contract says.
    return answer.value as T;
  }

  async function created(steps: number, name: string): Promise<string> {
    const wanted = { recording, preset: 'quick', name, settings: smallSettings(steps) };
    return (await called<{ id: string }>('experiments.create', wanted)).id;
  }

  it('draws a split, names its leak, and goes on only with a reason that stays in the record', async () => {
    const like = await created(4, 'Pattern');
    const { page, context, complaints } = await openPage(`train?like=${like}`);
    await page.getByText('With the settings of Pattern').waitFor();
    const start = page.getByRole('button', { name: 'Start training' });
    await page.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('img', { name: /14 train, 18 test/ }).waitFor();
    await page.getByRole('radio', { name: /Leave a presentation out/ }).click();
    await page.getByRole('alert').getByText('Test stimuli are also trained on').waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    expect(await start.isDisabled()).toBe(true);

    await page.getByRole('button', { name: 'Split' }).click();
    // A click on a row of the picture chooses its fold.
    await page.getByRole('img', { name: /Samples from left to right/ }).click({ position: { x: 30, y: 18 } });
    await expect.poll(() => page.getByRole('textbox', { name: 'Fold' }).inputValue()).toBe('Fold 2 of 3');
    await page.getByLabel('Why is this intended?').fill('A pilot of repetitions');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('row', { name: /Signed off.*A pilot of repetitions/ }).waitFor();
    // The cloned settings are those that differ from the preset, batch and steps among them.
    await page.getByRole('row', { name: /4 steps, batch 4/ }).waitFor();
    await page.getByRole('row', { name: /Time .*ms a step/ }).waitFor({ timeout: 100_000 });
    await page.getByRole('row', { name: /Memory .* of .* that are free/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByLabel('Name').fill('With a reason');
    await start.click();
    await page.getByRole('heading', { name: 'With a reason' }).waitFor();
    await page.getByRole('heading', { name: 'Scores' }).waitFor({ timeout: 100_000 });
    const id = page.url().split('/').at(-1);
    const { details } = await called<{ details: { config: object } }>('experiments.show', { id });
    expect(details.config).toMatchObject({
      split: { kind: 'leave-repetition-out', fold: 1 },
      signOffs: [{ guard: 'shared-stimuli', reason: 'A pilot of repetitions' }],
      training: { steps: 4, batch: 4 },
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('finds its running experiment again when the server was away, and lets a second one wait for its turn', async () => {
    const id = await created(1_000_000, 'Long');
    const { page, context, complaints } = await openPage(`experiments/${id}`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText(/step [\d,]+ of 1,000,000/).waitFor();

    const { port, token } = server;
    await server.close();
    await page.getByText('The connection to Cortext is lost').waitFor();
    const before = await stepOf(page);
    server = await startServer(application, { ...served, port, token });
    await page.getByText('The connection to Cortext is lost').waitFor({ state: 'detached' });
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(before);
    await page.reload();
    await page.getByText(/step [\d,]+ of 1,000,000/).waitFor();
    expect(application.running()).toEqual([id]);

    const second = await created(4, 'Patient');
    await page.goto(address(`experiments/${second}`));
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('One experiment is before it.').waitFor();
    expect(application.running()).toEqual([id]);
    await page.goto(address(`experiments/${id}`));
    await page.getByRole('button', { name: 'Log' }).click();
    await page.getByRole('log').or(page.getByText('The engine has said nothing yet.')).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    // Its turn has come.
    await page.goto(address(`experiments/${second}`));
    await page.getByRole('heading', { name: 'Scores' }).waitFor({ timeout: 100_000 });
    // While nobody answered, the browser itself complained; nothing else did.
    expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(text))).toEqual([]);
    await context.close();
  });

  it('filters the history by day and score, comes back to it, compares three, and archives with a way back', async () => {
    const { page, context, complaints } = await openPage('history');
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByLabel('From').fill('2025-11-10');
    await page.getByLabel('To', { exact: true }).fill('2025-11-12');
    await page.getByText('3 experiments', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Score' }).click();
    await page.getByRole('option', { name: 'SSIM' }).click();
    await page.getByLabel('At least').fill('0.999');
    await page.getByText('No experiment matches').waitFor();
    await page.getByLabel('At least').fill('0');
    await page.getByText('3 experiments', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Second masks' }).click();
    await page.getByRole('heading', { name: 'Second masks' }).waitFor();
    await page.goBack();
    await page.getByText('3 experiments', { exact: true }).waitFor();

    for (const name of ['First masks', 'Second masks', 'Third masks']) {
      await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
    }
    await page.getByRole('button', { name: 'Compare 3' }).click();
    await page.getByRole('row', { name: /^Seed The same seed draws .* 1 2 3$/ }).waitFor();
    await page.getByRole('row', { name: /^SSIM.*\[.*\].*\[.*\].*\[.*\]/ }).waitFor();
    await page.getByRole('img', { name: /Losses over each other/ }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goBack();

    await page.getByRole('checkbox', { name: 'Choose First masks' }).check();
    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await page.getByText('1 experiment was archived.').waitFor();
    await page.getByText('2 experiments', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('3 experiments', { exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('lists what waited when Cortext ended, starts none of it, and goes on when asked', async () => {
    const root = join(temporaryFolder(), 'workspace');
    const discs = (await smallRecording(root)).id;
    const before = createApplication(openWorkspace(root));
    for (const [name, steps] of [
      ['Was training', 100_000],
      ['Was waiting', 4],
    ] as const) {
      const wanted = { recording: discs, preset: 'quick', name, settings: smallSettings(steps) };
      const answer = await before.call('experiments.create', wanted);
      if (!answer.ok) throw new Error(answer.error.message);
      await before.call('experiments.run', answer.value);
    }
    await before.close();

    const after = createApplication(openWorkspace(root));
    const own = await startServer(after, served);
    const { page, context, complaints } = await openWatched(browser, own.url);
    const note = page.getByRole('status').filter({ hasText: '2 experiments were training or waiting' });
    await note.getByRole('link', { name: 'Was training' }).waitFor();
    await note.getByRole('link', { name: 'Was waiting' }).waitFor();
    expect(after.running()).toEqual([]);
    expect(await seriousViolations(page)).toEqual([]);
    await note.getByRole('button', { name: 'Go on in their order' }).click();
    await note.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('link', { name: 'Was training' }).click();
    await page.getByText(/step [\d,]+ of 100,000/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
    await own.close();
    await after.close();
  });

  it('counts what the workspace takes, and finds what was copied into it', async () => {
    const { page, context, complaints } = await openPage('settings');
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByText(/experiments [\d.]+ [KM]B .* are free/).waitFor();
    await writeRecordingFixture(application.root, { id: 'copied', stimuli: 4, size: 16 });
    await page.getByRole('button', { name: 'Read the folders again' }).click();
    await page.getByText(/The history holds 3 recordings/).waitFor();
    await page.getByRole('link', { name: 'Library' }).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(3);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

async function stepOf(page: Page): Promise<number> {
  const text = await page.getByText(/step [\d,]+ of 1,000,000/).innerText();
  return Number(/step ([\d,]+)/.exec(text)?.[1].replaceAll(',', ''));
}
