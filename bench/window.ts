/**
 * What a user feels in the window: `node bench/window.ts [reconstructions] [seconds]`, with a Chromium.
 *
 * While an experiment trains: the time to the first paint, and the longest task of its page. Then the longest time without
 * a frame while a gallery of 10,000 reconstructions is scrolled from end to end. The process exits with 1 beyond
 * 1 s, 200 ms and 100 ms.
 */
import { copyFileSync, linkSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { rebuildCatalog } from '../src/main/catalog/synchronise.ts';
import { writeJsonAtomic } from '../src/main/files/atomic.ts';
import type { RunningServer } from '../src/main/server/server.ts';
import type { Application } from '../src/main/services/application/application.ts';
import { createExperiment } from '../src/main/services/experiments.ts';
import { openWorkspace } from '../src/main/services/workspace.ts';
import type { Evaluation, Score } from '../src/shared/evaluation.ts';
import { Random } from '../src/shared/random.ts';
import { workspaceLayout } from '../src/shared/workspace-layout.ts';
import { applicationInChromium } from '../tests/support/application-in-chromium.ts';
import { writeExperimentFixture, writeRecordingFixture } from '../tests/support/experiment-fixture.ts';
import { smallRecording, smallSettings } from '../tests/support/small-workspace.ts';

/** Milliseconds. */
const limits = { firstPaint: 1000, longestTask: 200, longestFrame: 100 } as const;
const LARGE = 'large-gallery';

const [count = '10000', seconds = '20'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'cortext-window-'));
const root = join(folder, 'workspace');
try {
  const { id: recording } = await smallRecording(root);
  await writeLargeGallery(Number(count));
  rebuildCatalog(root);
  const workspace = openWorkspace(root);
  const { id } = createExperiment(workspace, { recording, preset: 'quick', settings: smallSettings(10_000_000) });
  workspace.close();
  const { application, server, browser, close } = await applicationInChromium(root);
  try {
    const live = await whileTraining(application, server, browser, id);
    await application.call('experiments.pause', { id });
    const longestFrame = await whileScrolling(server, browser);
    const measured = { ...live, longestFrame };
    console.table(measured);
    const within = (Object.keys(limits) as (keyof typeof limits)[]).every((name) => measured[name] <= limits[name]);
    process.exitCode = within ? 0 : 1;
  } finally {
    await close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A page that was opened with the key already has its cookie: as when a user comes back. */
async function openAgain(server: RunningServer, browser: Browser, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(`
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask', buffered: true });`);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.goto(`http://127.0.0.1:${server.port}/${path}`);
  return page;
}

async function whileTraining(
  application: Application,
  server: RunningServer,
  browser: Browser,
  id: string,
): Promise<{ firstPaint: number; longestTask: number }> {
  await application.call('experiments.run', { id });
  const page = await openAgain(server, browser, `experiments/${id}`);
  await page.getByRole('img', { name: 'Losses' }).waitFor({ timeout: 120_000 });
  const whileLoading = await page.evaluate<number[]>('longTasks.splice(0).map(Math.round)');
  process.stdout.write(`long tasks while the page was loading: ${whileLoading.join(', ')} ms\n`);
  await page.waitForTimeout(1000 * Number(seconds));
  const measured = await page.evaluate<{ firstPaint: number; longestTask: number }>(`({
    firstPaint: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
    longestTask: Math.round(Math.max(0, ...longTasks)),
  })`);
  await page.context().close();
  return measured;
}

/** Scrolls as a wheel does, a notch for every frame, and keeps the times between frames. */
async function whileScrolling(server: RunningServer, browser: Browser): Promise<number> {
  const page = await openAgain(server, browser, `experiments/${LARGE}/gallery`);
  await page.getByRole('option').first().waitFor();
  await page.waitForTimeout(1000);
  const longest = await page.evaluate<number>(`new Promise((resolve) => {
    const times = [];
    const from = performance.now();
    const turn = (now) => {
      times.push(now);
      scrollBy(0, 120);
      if (now - from < ${1000 * Number(seconds)}) requestAnimationFrame(turn);
      else resolve(Math.round(Math.max(...times.slice(1).map((time, at) => time - times[at]))));
    };
    requestAnimationFrame(turn);
  })`);
  await page.context().close();
  return longest;
}

/** Many stimuli of which each is one of sixteen, with reconstructions of two methods in files of their own. */
async function writeLargeGallery(stimuli: number): Promise<void> {
  const drawn = 16;
  const recording = await writeRecordingFixture(root, { id: 'shapes', stimuli: 2 * drawn, size: 128 });
  const made = { id: LARGE, recording, testStimuli: drawn, size: 128, methods: ['gan', 'ridge'] as const };
  const { evaluation } = await writeExperimentFixture(root, made);
  if (evaluation === null) throw new Error('The fixture has no evaluation.');
  const { reconstruction, evaluation: path } = workspaceLayout(root).experiment(LARGE);
  for (let index = drawn; index < stimuli; index++) {
    for (const method of made.methods) link(reconstruction(method, index % drawn), reconstruction(method, index));
  }
  writeJsonAtomic(path, repeated(evaluation, stimuli));
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Not every disk has links.
    copyFileSync(from, to);
  }
}

function repeated(evaluation: Evaluation, stimuli: number): Evaluation {
  const random = new Random(1, 'scores');
  const perStimulus = (): number[] => Array.from({ length: stimuli }, () => random.uniform());
  const longer = (scores: Readonly<Record<string, Score>>): Record<string, Score> =>
    Object.fromEntries(
      Object.entries(scores).map(([metric, score]) => [metric, { ...score, n: stimuli, perStimulus: perStimulus() }]),
    );
  return {
    ...evaluation,
    stimuli: Array.from({ length: stimuli }, (_, index) => {
      const stimulus = evaluation.stimuli[index % evaluation.stimuli.length];
      return { ...stimulus, name: `${stimulus.name}-${index}` };
    }),
    scores: Object.fromEntries(Object.entries(evaluation.scores).map(([method, scores]) => [method, longer(scores)])),
  };
}
