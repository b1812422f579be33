/** What the scripts share that take pictures for docs/images. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { writeFileAtomic } from '../src/main/files/atomic.ts';

const imagesFolder = fileURLToPath(new URL('../docs/images/', import.meta.url));

/** Those in view; others are not loaded before they come near. The page's policy lets nothing but `evaluate` ask. */
export async function picturesLoaded(page: Page): Promise<void> {
  const loaded = `[...document.images].every((image) => {
    const { top, bottom } = image.getBoundingClientRect();
    return bottom < 0 || top > innerHeight || (image.complete && image.naturalWidth > 0);
  })`;
  while (!(await page.evaluate<boolean>(loaded))) await page.waitForTimeout(50);
}

/**
 * Few colours are enough for a page; photographs get as many as the size allows.
 *
 * @param largest - bytes that the file should not exceed
 */
export async function savePicture(name: string, screenshot: Buffer, largest: number): Promise<void> {
  mkdirSync(imagesFolder, { recursive: true });
  for (const colours of [256, 192, 128, 96, 64, 48]) {
    const png = await sharp(screenshot).png({ palette: true, colours, dither: 0.4, effort: 10 }).toBuffer();
    if (png.length > largest && colours > 48) continue;
    writeFileAtomic(join(imagesFolder, name), png);
    process.stdout.write(`${name}  ${Math.round(png.length / 1000)} kB\n`);
    return;
  }
}
