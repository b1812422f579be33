/**
 * Which native code may be loaded here: code that is damaged, or not made for this processor, ends the process that
 * loads it, and an experiment with it.
 */
import { statSync } from 'node:fs';
import { cpus, hostname, release } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { readJson, writeJsonAtomic } from '../../files/atomic.ts';
import { sha256 } from '../../files/hash.ts';
import { kernelDriverVersion } from '../backends/nvidia.ts';
import type { LibraryKind } from './cache-folder.ts';
import { findInstallation, REPAIR, verifyInstallation, type Installation } from './manifest.ts';
import { smokeTest } from './smoke-test.ts';

/**
 * The installation of this kind, known to load without harm: every byte is as it was installed, and it computed once in a
 * process of its own. That takes seconds and is remembered for as long as the files and the computer stay the same.
 *
 * @returns null when nothing is installed
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` naming the file that is damaged, or how the process that tried it ended
 */
export async function trustedInstallation(kind: LibraryKind, cacheFolder?: string): Promise<Installation | null> {
  const found = findInstallation(kind, cacheFolder);
  if (found === null || isTrusted(found)) return found;
  await verifyInstallation(kind, cacheFolder);
  try {
    await smokeTest(found.folder, found.manifest.tensorflow);
  } catch (error) {
    const { message, details } = toCortextError(error);
    throw new CortextError('ENGINE_BACKEND_UNAVAILABLE', `The native engine does not load. ${message}`, {
      hint: REPAIR,
      ...(details === undefined ? {} : { details }),
      cause: error,
    });
  }
  trust(found);
  return found;
}

/** Remembers that an installation was verified and tried. */
export function trust(installation: Installation): void {
  try {
    writeJsonAtomic(trustFile(installation), { state: stateOf(installation) });
  } catch {
    // A shared cache may be read-only; it is then tried at every start.
  }
}

function isTrusted(installation: Installation): boolean {
  try {
    const { state } = readJson(trustFile(installation), z.object({ state: z.string() }), 'INTERNAL');
    return state === stateOf(installation);
  } catch {
    return false;
  }
}

/** One per computer: a home folder may be shared by a cluster's nodes, whose processors differ. */
function trustFile({ folder }: Installation): string {
  return join(folder, `trusted-${sha256(hostname()).slice(0, 12)}.json`);
}

/** What must not change: the files, as far as the file system tells, and all that runs them. */
function stateOf({ folder, manifest }: Installation): string {
  const files = manifest.files.map(({ path }) => {
    const { size, mtimeNs, ctimeNs, ino } = statSync(join(folder, path), { bigint: true });
    return [path, size, mtimeNs, ctimeNs, ino].join(' ');
  });
  const driver = manifest.kind === 'cuda' ? kernelDriverVersion() : null;
  return sha256([...files, process.version, release(), cpus()[0]?.model ?? '', driver ?? ''].join('\n'));
}
