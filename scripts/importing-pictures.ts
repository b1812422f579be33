/**
 * A picture of the wizard for every kind of data in docs/importing.md: `node scripts/importing-pictures.ts [kind ...]`.
 *
 * Simulates a subject, writes it as files of every kind, and drops on the window what the first command of the kind's section
 * imports. Needs a Chromium; takes about a minute.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openWorkspace } from '../src/main/services/workspace.ts';
import { applicationInChromium } from '../tests/support/application-in-chromium.ts';
import { atRest } from '../tests/support/at-rest.ts';
import { drop } from '../tests/support/drop-files.ts';
import { dataOf, documentedCommands } from '../tests/support/kinds-of-data/documented-commands.ts';
import { kindsOfData, writeKindsOfData, type KindOfData } from '../tests/support/kinds-of-data/write-kinds.ts';
import { picturesLoaded, savePicture } from './documentation-pictures.ts';

/** A picture of one kind is not larger than this, in bytes. */
const LARGEST = 120_000;
/** So high that all of a look is in view, and its pictures are loaded. */
const viewport = { width: 1280, height: 2000 } as const;
/** Around the look, in pixels. */
const MARGIN = 16;
/** Where there is little to put right, the room below shows what the files were taken for. */
const unfolded: Readonly<Partial<Record<KindOfData, string>>> = {
  fmriprep: 'How it was understood',
  runs: 'How it was understood',
  bdata: 'How it was understood',
  nsd: 'How it was understood',
  numpy: 'Labels of the samples',
  tables: 'How it was understood',
};

const commands = documentedCommands();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : kindsOfData;
const folder = mkdtempSync(join(tmpdir(), 'cortext-kinds-'));
try {
  const folders = await writeKindsOfData(join(folder, 'data'));
  const root = join(folder, 'workspace');
  openWorkspace(root, { create: true }).close();
  const { server, browser, close } = await applicationInChromium(root);
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'light' });
    await page.goto(server.url);
    for (const kind of kindsOfData.filter((known) => wanted.includes(known))) {
      const first = commands.find((documented) => documented.kind === kind);
      if (first === undefined) throw new Error(`docs/importing.md has no command for ${kind}.`);
      await page.goto(`http://127.0.0.1:${server.port}/library`);
      await page.getByRole('heading', { name: 'No recording yet' }).waitFor();
      await drop(page, '.drop-page', dataOf(first.command, folders[kind]));
      await page.getByText('Recognised as').waitFor();
      const more = unfolded[kind];
      if (more !== undefined) await page.getByRole('button', { name: more }).click();
      await page.mouse.move(0, 0);
      await picturesLoaded(page);
      await atRest(page);
      await savePicture(`importing-${kind}.png`, await pictureOfLook(page), LARGEST);
    }
  } finally {
    await close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pictureOfLook(page: Page): Promise<Buffer> {
  const box = await page.locator('.import-seen').boundingBox();
  if (box === null) throw new Error('The look cannot be seen');
  const { x, y, width, height } = box;
  const clip = { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  return page.screenshot({ clip });
}
