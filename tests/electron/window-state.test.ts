import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShellMemory } from '../../src/main/electron/shell-memory.ts';
import { placeWindow } from '../../src/main/electron/window-state.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const laptop = { x: 0, y: 0, width: 1600, height: 900 };
const beamer = { x: 1600, y: 0, width: 1920, height: 1080 };

describe('the place of the window', () => {
  it('is where it was', () => {
    const saved = { x: 1700, y: 50, width: 1200, height: 800 };
    expect(placeWindow(saved, [laptop, beamer])).toEqual(saved);
  });

  it('is left to the system when its screen was unplugged', () => {
    const saved = { x: 1700, y: 50, width: 1200, height: 800 };
    expect(placeWindow(saved, [laptop])).toEqual({ width: 1200, height: 800 });
  });

  it('is never larger than the screen, nor where its title cannot be caught', () => {
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1280, height: 720 }])).toEqual({ width: 1280, height: 720 });
    expect(placeWindow({ x: 10, y: 890, width: 1000, height: 700 }, [laptop])).toEqual({ width: 1000, height: 700 });
  });
});

describe('what the shell remembers', () => {
  it('comes back at the next start, the newest workspace first and each once', () => {
    const path = join(temporaryFolder(), 'shell.json');
    const memory = openShellMemory(path);
    for (const folder of ['/a', '/b', '/a']) memory.addRecent(folder);
    memory.remember({ last: { place: 'this-computer', folder: '/a' } });
    expect(openShellMemory(path).now).toMatchObject({ recent: ['/a', '/b'], last: { folder: '/a' } });
  });

  it('is nothing when its file is damaged', () => {
    const path = join(temporaryFolder(), 'shell.json');
    writeFileSync(path, '{"window":');
    expect(openShellMemory(path).now.recent).toEqual([]);
  });
});
