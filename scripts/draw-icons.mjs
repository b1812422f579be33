/** Draws the application's icon files from the one drawing that the interface shows: `node scripts/draw-icons.mjs`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { projectFolder } from './setup.mjs';

const drawing = join(projectFolder, 'src', 'renderer', 'public', 'icon.svg');
const folder = join(projectFolder, 'resources', 'icons');
const SIZE = 1024;
/** Icons of programs have some air around them, as a share of the whole. */
const AIR = 0.08;

mkdirSync(folder, { recursive: true });
const inner = Math.round(SIZE * (1 - 2 * AIR));
const air = Math.round((SIZE - inner) / 2);
await sharp(drawing, { density: (72 * inner) / 32 })
  .resize(inner, inner)
  .extend({ top: air, bottom: air, left: air, right: air, background: { r: 0, g: 0, b: 0, alpha: 0 } })
  .png({ compressionLevel: 9, palette: true })
  .toFile(join(folder, 'icon.png'));
