/**
 * Pictures of every page in light and dark, for docs/images: `node scripts/pictures.ts <folder for the workspace>`; or of
 * those that are named after the folder (`zoom` needs `gallery` before it, and `compare` needs `history`).
 *
 * The first run simulates a subject there, imports it and trains three experiments (some ten minutes); later runs find
 * them and take the pictures only. Needs a Chromium, and the native engine where pictures of a live training should not
 * take for ever.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { CallOutput } from '../src/shared/contract.ts';
import type { Application } from '../src/main/services/application/application.ts';
import { createExperiment, runExperiment } from '../src/main/services/experiments.ts';
import { importInto } from '../src/main/services/importing.ts';
import { simulateBids } from '../src/main/services/simulation.ts';
import { openWorkspace, type Workspace } from '../src/main/services/workspace.ts';
import { applicationInChromium } from '../tests/support/application-in-chromium.ts';
import { atRest } from '../tests/support/at-rest.ts';
import { picturesLoaded, savePicture } from './documentation-pictures.ts';

/** A picture in the documentation is not larger than this, in bytes. */
const LARGEST = 200_000;
const viewport = { width: 1440, height: 900 } as const;
/** Of pages that are seen whole only so. */
const heights: Readonly<Record<string, number>> = { 'train-split': 1400 };

const experiments = {
  all: { name: 'All regions' },
  early: {
    name: 'V1 alone',
    regions: ['V1'],
    settings: { 'training.steps': '400', 'evaluation.shuffledVoxels': 'false' },
  },
  higher: {
    name: 'Higher areas',
    regions: ['LOC', 'FFA', 'PPA'],
    settings: { 'training.steps': '400', 'evaluation.shuffledVoxels': 'false' },
  },
  live: {
    name: 'All regions, second seed',
    seed: 2,
    settings: { 'training.steps': '1500', 'training.samplesEvery': '50', 'evaluation.shuffledVoxels': 'false' },
  },
} as const;
type ExperimentKey = keyof typeof experiments;

type Show = (page: Page, open: (path: string) => Promise<unknown>, application: Application) => Promise<void>;

/** What is on every picture, by its name. */
const pages: Readonly<Record<string, Show>> = {
  library: async (page, open) => {
    await open('library');
    await page.getByRole('article').first().waitFor();
    await picturesLoaded(page);
  },
  regions: async (page, open) => {
    await open(`regions/${ids.recording}`);
    await page.locator('.volume[data-shown=true]').waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    // Without a graphics card, a render takes its time.
    await page.waitForTimeout(3000);
  },
  'train-split': async (page, open) => {
    await open(`train?like=${ids.all}`);
    await page.getByRole('button', { name: 'Split' }).click();
    await page.getByRole('radio', { name: /Leave a session out/ }).click();
    await page.getByRole('img', { name: /Samples from left to right/ }).waitFor();
  },
  'train-model': async (page, open) => {
    await open(`train?like=${ids.all}`);
    await page.getByRole('button', { name: 'Model' }).click();
    await page.getByRole('button', { name: 'Objective' }).click();
  },
  'train-review': async (page, open) => {
    await open(`train?like=${ids.all}`);
    await page.getByText('ms a step').waitFor({ timeout: 300_000 });
  },
  experiment: async (page, open, running) => {
    await running.call('experiments.run', { id: ids.live });
    await open(`experiments/${ids.live}`);
    // Near its end: samples are grey for long.
    await page.getByText(/step 1,[34]\d\d of .* left/).waitFor({ timeout: 1_200_000 });
    await page.getByRole('img', { name: 'Losses' }).waitFor();
    await picturesLoaded(page);
  },
  scores: async (page, open, running) => {
    await running.call('experiments.pause', { id: ids.live });
    await open(`experiments/${ids.all}`);
    await page.getByRole('heading', { name: 'Scores' }).waitFor();
  },
  gallery: async (page, open) => {
    await open(`experiments/${ids.all}/gallery?with=${ids.early},${ids.higher}`);
    await page.getByRole('option').first().waitFor();
    await page.getByRole('combobox', { name: 'Sort by' }).click();
    await page.getByRole('option', { name: 'SSIM' }).click();
    await picturesLoaded(page);
  },
  zoom: async (page) => {
    await page.getByRole('listbox', { name: 'Gallery' }).getByRole('option').first().click();
    await page.getByRole('dialog').getByRole('img').nth(1).hover();
    await picturesLoaded(page);
  },
  history: async (page, open) => {
    await open('history');
    for (const { name } of [experiments.all, experiments.early, experiments.higher]) {
      await page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
    }
  },
  compare: async (page) => {
    await page.getByRole('button', { name: 'Compare 3' }).click();
    await page.getByRole('img', { name: /Losses over each other/ }).waitFor();
  },
  settings: async (page, open) => {
    await open('settings');
    // A window that comes later still sees what an earlier one has found out.
    const look = page.getByRole('button', { name: 'Look what works here' });
    await look
      .or(page.getByText(/^Training uses/))
      .first()
      .waitFor();
    if (await look.isVisible()) await look.click();
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByText(/^Training uses/).waitFor({ timeout: 300_000 });
  },
};

const [given, ...wanted] = process.argv.slice(2);
if (given === undefined) throw new Error('Name a folder: node scripts/pictures.ts FOLDER');
const folder = resolve(given);
const ids = await prepare(folder);
const { application, server, browser, close } = await applicationInChromium(join(folder, 'workspace'));
try {
  const context = await browser.newContext({ viewport, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(server.url);
  for (const [name, show] of Object.entries(pages)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.setViewportSize({ ...viewport, height: heights[name] ?? viewport.height });
    await show(page, (path) => page.goto(`http://127.0.0.1:${server.port}/${path}`), application);
    await takeBoth(page, name);
  }
} finally {
  await close();
}

/** The same moment in light and in dark: whatever trains holds its breath. */
async function takeBoth(page: Page, name: string): Promise<void> {
  // Only the enlarged pictures show where the pointer is.
  if (name !== 'zoom') await page.mouse.move(viewport.width - 1, viewport.height - 1);
  const engines = await runningEngines();
  for (const pid of engines) process.kill(pid, 'SIGSTOP');
  try {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // What fades in has faded in.
      await page.waitForTimeout(name === 'regions' ? 3000 : 800);
      await atRest(page);
      await savePicture(`${name}-${colorScheme}.png`, await page.screenshot(), LARGEST);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  } finally {
    for (const pid of engines) process.kill(pid, 'SIGCONT');
  }
}

/** Process ids. */
async function runningEngines(): Promise<number[]> {
  const answers = await Promise.all(application.running().map((id) => application.call('experiments.show', { id })));
  return answers.flatMap((answer) => {
    if (!answer.ok) return [];
    // The contract says so.
    const { status } = answer.value as CallOutput<'experiments.show'>;
    return status.engine?.pid ?? [];
  });
}

/** A workspace with a recording and experiments; whatever is there already stays. */
async function prepare(into: string): Promise<Record<ExperimentKey | 'recording', string>> {
  const workspace = openWorkspace(join(into, 'workspace'), { create: true });
  try {
    const recording = await recordingOf(workspace, join(into, 'bids'));
    const found: Partial<Record<ExperimentKey, string>> = {};
    for (const key of Object.keys(experiments) as ExperimentKey[]) {
      found[key] = await experimentOf(workspace, recording, key);
    }
    // Every key was gone through.
    return { ...(found as Record<ExperimentKey, string>), recording };
  } finally {
    workspace.close();
  }
}

async function recordingOf(workspace: Workspace, files: string): Promise<string> {
  const [known] = workspace.catalog.listRecordings();
  if (known !== undefined) return known.id;
  const quietly = { signal: new AbortController().signal, onProgress: () => undefined };
  if (!existsSync(files)) await simulateBids(files, { seed: 1 }, {}, quietly);
  return (await importInto(workspace, { paths: [files] }, quietly)).id;
}

async function experimentOf(workspace: Workspace, recording: string, key: ExperimentKey): Promise<string> {
  const wanted = experiments[key];
  const { rows } = workspace.catalog.list({ limit: 1000 });
  const known = rows.find(({ name }) => name === wanted.name);
  const id = known?.id ?? createExperiment(workspace, { recording, preset: 'quick', ...wanted }).id;
  // The live one trains while its picture is taken.
  if (key !== 'live' && known?.state !== 'completed') await runExperiment(workspace, id, () => undefined).ended;
  return id;
}
