/** What a user does with regions: look at them in slices, combine, draw, measure. In a real Chromium. */
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingSpace, voxelPositions, type Grid } from '../../src/main/dataset/volumes/grid.ts';
import type { RunningServer } from '../../src/main/server/server.ts';
import type { Application } from '../../src/main/services/application/application.ts';
import { readDefinedRegions } from '../../src/main/services/recording-regions.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { applicationInChromium, type ApplicationInChromium } from '../support/application-in-chromium.ts';
import { chromiumPath, openWatched, type WatchedPage } from '../support/browser.ts';
import { scannedWorkspace } from '../support/scanned-workspace.ts';
import { smallRecording } from '../support/small-workspace.ts';

/** As the page paints the regions of the simulated subject, which are sorted by name. */
const colours = { FFA: '#e69f00', V1: '#f0e442', V2: '#0072b2' } as const;

/** Without a graphics card, a picture takes its time. */
const patient = { timeout: 20_000 };

describe.skipIf(chromiumPath === null)('the regions of a recording in Chromium (skipped where there is none)', () => {
  let browser: Browser;
  let application: Application;
  let server: RunningServer;
  let close: ApplicationInChromium['close'];
  let recording: RecordingMetadata;
  let masks: string;
  let flat: string;
  let scattered: string;
  let turned: RecordingMetadata;

  beforeAll(async () => {
    const scanned = await scannedWorkspace();
    recording = scanned.recording;
    masks = join(scanned.dataset, 'derivatives', 'regions', 'sub-01', 'func');
    flat = (await smallRecording(scanned.root)).id;
    // V1 on the left, V2 on the right.
    const positions = Array.from({ length: 40 }, (_, v): [number, number, number] => [
      v < 25 ? -20 : 20,
      -80 + v,
      (v % 7) * 3,
    ]);
    scattered = (await smallRecording(scanned.root, { positions })).id;
    turned = await turnedRecording(scanned.root);
    ({ application, server, browser, close } = await applicationInChromium(scanned.root));
  });

  afterAll(() => close());

  const defined = (name: string) =>
    readDefinedRegions(application.root, recording).find((region) => region.name === name);
  const imported = (name: string) => recording.regions.find((region) => region.name === name)?.voxels ?? [];

  async function opened(id: string): Promise<WatchedPage> {
    const watched = await openWatched(browser, server.url);
    await watched.page.getByRole('article').first().waitFor();
    // Without a graphics card, every pixel of a render costs.
    await watched.page.setViewportSize({ width: 1110, height: 760 });
    await watched.page.goto(`http://127.0.0.1:${server.port}/regions/${id}`);
    await watched.page.getByRole('table').waitFor();
    return watched;
  }

  async function openedVolume(): Promise<WatchedPage & { canvas: Locator }> {
    const watched = await opened(recording.id);
    await watched.page.locator('.volume[data-shown=true]').waitFor();
    return { ...watched, canvas: watched.page.getByRole('application', { name: /Slices and render/ }) };
  }

  it('shows them in three slices, follows the crosshair, and hides what is switched off', async () => {
    const { page, context, complaints, canvas } = await openedVolume();
    const place = page.getByRole('status').first();
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    await place.getByText('V1').waitFor();
    await expect.poll(() => painted(canvas, colours.V1), patient).toBeGreaterThan(150);
    // In each of the three slices: the region lies on the crosshair.
    for (const quarter of ['top-left', 'top-right', 'bottom-left'] as const) {
      expect(await painted(canvas, colours.V1, quarter), quarter).toBeGreaterThan(20);
    }
    const before = await place.innerText();
    await canvas.focus();
    for (const key of ['ArrowLeft', 'ArrowUp', 'PageUp']) await page.keyboard.press(key);
    await expect.poll(() => place.innerText(), patient).not.toBe(before);
    const [right, , superior] = coordinates(before);
    const moved = coordinates(await place.innerText());
    expect(moved[0]).toBeLessThan(right);
    expect(moved[2]).toBeGreaterThan(superior);

    await page.getByRole('switch', { name: 'Show V1' }).click({ force: true });
    await expect.poll(() => painted(canvas, colours.V1), patient).toBe(0);
    // What is not to be seen is not named either.
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    await place.getByText('only in regions that are hidden').waitFor();
    expect(await place.innerText()).not.toContain('V1');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('takes a colour from the keyboard, paints the region in it, and keeps it', async () => {
    const { page, context, complaints, canvas } = await openedVolume();
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    await expect.poll(() => painted(canvas, colours.V1), patient).toBeGreaterThan(150);
    await page.getByRole('button', { name: 'Colour of V1' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'purple', exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    for (let at = 0; at < 8; at++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => painted(canvas, '#aa4499'), patient).toBeGreaterThan(150);
    expect(await painted(canvas, colours.V1)).toBe(0);
    await page.reload();
    await page.locator('.volume[data-shown=true]').waitFor();
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    await expect.poll(() => painted(canvas, '#aa4499'), patient).toBeGreaterThan(150);
    await page.getByRole('button', { name: 'Colour of V1' }).click();
    await page.getByRole('button', { name: 'As at first' }).click();
    await expect.poll(() => painted(canvas, colours.V1), patient).toBeGreaterThan(150);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('combines two, counts before it defines, and offers the new one in training', async () => {
    const { page, context, complaints } = await openedVolume();
    await page.getByRole('combobox', { name: 'In any of' }).click();
    await page.getByRole('option', { name: 'V1', exact: true }).click();
    await page.getByRole('option', { name: 'V2', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByText('230 voxels', { exact: true }).waitFor();
    await page.getByLabel('Name').fill('early');
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByText('early is defined.').waitFor();
    expect(defined('early')?.voxels).toEqual([...imported('V1'), ...imported('V2')].sort((a, b) => a - b));
    await page.getByRole('row', { name: /early 230 \(V1 \+ V2\) contains V1, V2/ }).waitFor();

    await page.getByRole('button', { name: 'Write the expression' }).click();
    await page.getByLabel('As an expression').fill('early - V1 - VX');
    await page.getByText(/has no region VX/).waitFor();
    await page.getByLabel('As an expression').fill('early - V1');
    await page.getByText('110 voxels', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Train on them' }).click();
    await page.getByRole('checkbox', { name: 'early' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'More about early' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByLabel('New name').fill('retinotopic');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('button', { name: 'More about retinotopic' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect.poll(() => page.getByRole('row', { name: /retinotopic/ }).count(), patient).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('draws one by hand, grows it, takes a step back, and keeps only voxels of the recording', async () => {
    const { page, context, complaints, canvas } = await openedVolume();
    await page.getByRole('button', { name: 'V1', exact: true }).click();
    await expect.poll(() => painted(canvas, colours.V1, 'top-left'), patient).toBeGreaterThan(20);
    const [left, right] = await extent(canvas, colours.V1, 'top-left');
    await page.getByRole('tab', { name: 'Draw' }).click();
    await page.mouse.move(left.x, left.y);
    await page.mouse.down();
    await page.mouse.move(right.x, right.y, { steps: 10 });
    await page.mouse.up();
    const count = page.locator('form').getByRole('status');
    await expect.poll(() => countOf(count), patient).toBeGreaterThan(0);
    const drawn = await countOf(count);
    const isDrawn = (red: number, green: number, blue: number) => red > 220 && green < 120 && blue > 80 && blue < 200;
    expect(await pixelsLike(canvas, isDrawn)).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Grow' }).click();
    await expect.poll(() => countOf(count), patient).toBeGreaterThan(drawn);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => countOf(count), patient).toBe(drawn);
    await page.getByLabel('Name').fill('mine');
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByText('mine is defined.').waitFor();
    const region = defined('mine');
    expect(region?.voxels.length).toBe(drawn);
    expect(region?.origin).toEqual({ kind: 'voxels', description: 'drawn by hand' });
    // The stroke ran from one end of what is seen of V1 to the other.
    expect(region?.voxels.filter((voxel) => imported('V1').includes(voxel)).length).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('takes the voxels around a place, and those of a file', async () => {
    const { page, context, complaints } = await openedVolume();
    await page.getByRole('tab', { name: 'Sphere' }).click();
    const [x, y, z] = (recording.positions?.[imported('FFA')[0]] ?? []).map((value) => Number(value.toFixed(2)));
    await page.getByLabel('Right (mm)').fill(String(x));
    await page.getByLabel('Anterior (mm)').fill(String(y));
    await page.getByLabel('Superior (mm)').fill(String(z));
    await page.getByLabel('Radius (mm)').fill('9');
    await page.getByText(/\d voxels; \d+ more are no voxels of the recording/).waitFor();
    await page.getByLabel('Name').fill('ball');
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByText('ball is defined.').waitFor();
    const within = (recording.positions ?? []).filter((at) => Math.hypot(at[0] - x, at[1] - y, at[2] - z) <= 9).length;
    expect(defined('ball')?.voxels.length).toBe(within);

    await page.getByRole('tab', { name: 'File' }).click();
    await page.getByRole('textbox', { name: 'File', exact: true }).fill('/no/such/mask.nii.gz');
    await page.getByText(/mask.nii.gz does not exist/).waitFor();
    await page
      .getByRole('textbox', { name: 'File', exact: true })
      .fill(join(masks, 'sub-01_space-func_label-V4_mask.nii.gz'));
    await page.getByText('70 voxels', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Browse: File' }).click();
    await page.getByRole('dialog').getByRole('list').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText('Atlas', { exact: true }).click();
    await page
      .getByRole('textbox', { name: 'File', exact: true })
      .fill(join(masks, 'sub-01_space-func_desc-visual_dseg.nii.gz'));
    await page
      .getByRole('textbox', { name: 'Table of labels' })
      .fill(join(masks, 'sub-01_space-func_desc-visual_dseg.tsv'));
    await page.getByLabel('Put before their names').fill('atlas.');
    await page.getByText('7 regions with 560 voxels').waitFor();
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByRole('row', { name: /atlas.PPA 60/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows a statistic upon the slices and makes a region of what is above a threshold', async () => {
    const { page, context, complaints, canvas } = await openedVolume();
    await page.getByRole('button', { name: 'Hide all' }).click();
    await page.getByRole('tab', { name: 'Statistic' }).click();
    await expect.poll(() => painted(canvas, colours.V1), patient).toBe(0);
    const isColoured = (...channels: number[]) => Math.max(...channels) - Math.min(...channels) > 40;
    const plain = await pixelsLike(canvas, isColoured);
    await page.getByRole('combobox', { name: 'What are voxels judged by?' }).click();
    await page.getByRole('option', { name: 'Category' }).click();
    await page.getByRole('combobox', { name: 'Which category' }).click();
    await page.getByRole('option', { name: 'face-001' }).click();
    await page.getByText(/Over 16 samples/).waitFor();
    await expect.poll(() => pixelsLike(canvas, isColoured), patient).toBeGreaterThan(plain + 20);
    const slider = page.getByRole('slider', { name: 'Above' });
    const count = page.locator('form').getByRole('status');
    await expect.poll(() => countOf(count), patient).toBeGreaterThan(0);
    const atFirst = await countOf(count);
    await slider.focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => countOf(count), patient).toBeGreaterThan(atFirst);
    const shown = await countOf(count);
    await page.getByLabel('Name').fill('lively');
    await page.getByRole('button', { name: 'Define' }).click();
    await page.getByText('lively is defined.').waitFor();
    const region = defined('lively');
    expect(region?.voxels.length).toBe(shown);
    expect(region?.seenSamples.length).toBe(16);
    await page.getByRole('row', { name: /lively .* chosen on 16 samples, none of which may test/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('finds its way in volumes whose axes point elsewhere, and that have nothing to be drawn upon', async () => {
    const { page, context, complaints } = await opened(turned.id);
    await page.locator('.volume[data-shown=true]').waitFor();
    await page.getByRole('button', { name: 'one', exact: true }).click();
    const place = page.getByRole('status').first();
    await place.getByText('one').waitFor();
    expect(coordinates(await place.innerText())).toEqual(turned.positions?.[ONE].map(Math.round));
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows voxels by their positions where there are no volumes', async () => {
    const { page, context, complaints } = await opened(scattered);
    const canvas = page.getByRole('img', { name: /Voxels by their positions/ });
    const isOrange = (red: number, green: number, blue: number) => red > 200 && green > 120 && green < 180 && blue < 90;
    // V1 in its colour, in each of three views.
    await expect.poll(() => pixelsLike(canvas, isOrange), patient).toBeGreaterThan(100);
    const box = await canvas.boundingBox();
    await canvas.click({ position: { x: (box?.width ?? 0) / 6 - 40, y: (box?.height ?? 0) / 2 } });
    await page.getByRole('status').first().getByText('V1').waitFor();
    await page.getByRole('tab', { name: 'Sphere' }).click();
    await page.getByRole('button', { name: 'Take the crosshair' }).click();
    await page.getByText(/^\d+ voxels?$/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says so where the browser has no WebGL 2, and keeps table and forms', async () => {
    const { page, context, complaints } = await openWatched(browser, server.url);
    await page.getByRole('article').first().waitFor();
    // As text: the page's own types are not those of this program.
    await context.addInitScript(`
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind === 'webgl2' ? null : getContext.call(this, kind, ...rest);
      };
    `);
    await page.goto(`http://127.0.0.1:${server.port}/regions/${recording.id}`);
    await page.getByRole('note').getByText('Volumes cannot be shown here').waitFor();
    await page.getByText(/Switch on hardware acceleration/).waitFor();
    await page.getByRole('row', { name: /V1 120 import/ }).waitFor();
    await page.getByRole('combobox', { name: 'In any of' }).click();
    await page.getByRole('option', { name: 'V3', exact: true }).click();
    await page.getByText('90 voxels', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('keeps table and forms where there is nothing to draw upon', async () => {
    const { page, context, complaints } = await opened(flat);
    await page.getByText(/does not say where its voxels are/).waitFor();
    await page.getByRole('row', { name: /V1 25 import/ }).waitFor();
    await page.getByRole('tab', { name: 'Draw' }).click();
    await page.getByText(/Drawing needs a recording that comes from volumes/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('has no serious accessibility violation, in light and in dark', async () => {
    const { page, context } = await openedVolume();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const tab of colorScheme === 'light' ? ['Combine', 'Draw', 'Sphere', 'File'] : ['Statistic', 'Draw']) {
        await page.getByRole('tab', { name: tab }).click();
        expect(await seriousViolations(page), `${tab} in ${colorScheme}`).toEqual([]);
      }
    }
    await context.close();
  });
});

/** Column of the only voxel of a region. */
const ONE = 7;

/** A recording from volumes whose axes run to the back, upwards and to the left. */
function turnedRecording(root: string): Promise<RecordingMetadata> {
  const grid: Grid = {
    shape: [12, 10, 14],
    affine: [
      [0, 0, -3, 21],
      [-4, 0, 0, -50],
      [0, 5, 0, -10],
      [0, 0, 0, 1],
    ],
  };
  const indices = Array.from({ length: 40 }, (_, voxel) => 200 + 31 * voxel);
  const others = indices.map((_, voxel) => voxel).filter((voxel) => voxel !== ONE);
  return smallRecording(root, {
    positions: voxelPositions(grid, indices),
    space: recordingSpace(grid, indices),
    regions: [
      { name: 'one', voxels: [ONE] },
      { name: 'others', voxels: others },
    ],
  });
}

type Quarter = 'top-left' | 'top-right' | 'bottom-left';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

async function pictureOf(canvas: Locator): Promise<Picture> {
  const { data, info } = await sharp(await canvas.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Places of pixels of exactly this colour. */
function pixelsOf({ width, height, data }: Picture, colour: string, quarter?: Quarter): { x: number; y: number }[] {
  const wanted = Number.parseInt(colour.slice(1), 16);
  const found: { x: number; y: number }[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data.readUIntBE(3 * (y * width + x), 3) !== wanted) continue;
      const isLeft = x < width / 2;
      const isTop = y < height / 2;
      if (quarter === undefined || quarter === `${isTop ? 'top' : 'bottom'}-${isLeft ? 'left' : 'right'}`)
        found.push({ x, y });
    }
  }
  return found;
}

async function painted(canvas: Locator, colour: string, quarter?: Quarter): Promise<number> {
  return pixelsOf(await pictureOf(canvas), colour, quarter).length;
}

/** The leftmost and the rightmost pixel of a colour, as places in the window. */
async function extent(canvas: Locator, colour: string, quarter: Quarter) {
  const pixels = pixelsOf(await pictureOf(canvas), colour, quarter).sort((a, b) => a.x - b.x);
  const box = await canvas.boundingBox();
  const inWindow = ({ x, y }: { x: number; y: number }) => ({ x: x + (box?.x ?? 0), y: y + (box?.y ?? 0) });
  return [inWindow(pixels[0]), inWindow(pixels[pixels.length - 1])] as const;
}

async function pixelsLike(
  canvas: Locator,
  isLike: (red: number, green: number, blue: number) => boolean,
): Promise<number> {
  const { data } = await pictureOf(canvas);
  let count = 0;
  for (let i = 0; i < data.length; i += 3) if (isLike(data[i], data[i + 1], data[i + 2])) count++;
  return count;
}

function coordinates(text: string): number[] {
  return (/(-?\d+), (-?\d+), (-?\d+) mm/.exec(text) ?? []).slice(1).map(Number);
}

async function countOf(status: Locator): Promise<number> {
  return Number(/^([\d,]+) voxel/.exec(await status.innerText())?.[1].replace(',', '') ?? NaN);
}
