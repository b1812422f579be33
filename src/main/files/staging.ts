/**
 * Names of half-written things that tell who is writing them, so that what a killed process has left is known at once from
 * what another process is filling just now.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive, processStart } from './process-life.ts';

/** Of another computer nothing is known but when it last touched its things, in milliseconds. */
const EXPIRES = 24 * 3600 * 1000;

/** Workspaces may lie on a shared disk, where process numbers of several computers meet. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);
/** In place of a start that the system does not tell. */
const UNKNOWN = '0';
const OWN = `${HOST}-${process.pid}-${processStart(process.pid) ?? UNKNOWN}`;

/** `<host>-<process>-<start of the process>-<random>` at the end of a name. */
const OWNER = /([0-9a-f]{6})-(\d+)-(\d+)-[0-9a-f]{12}$/;

/** A name for something that this process is about to fill; no other has the same. */
export function stagedName(kind: string): string {
  return `${kind}-${OWN}-${randomBytes(6).toString('hex')}`;
}

/** Whether nobody fills it any more: its process is gone, or, on another computer, it was not touched for a day. */
export function isAbandoned(path: string): boolean {
  const owner = OWNER.exec(path.replace(/\.tmp$/, ''));
  if (owner?.[1] === HOST) return !isAlive(Number(owner[2]), owner[3] === UNKNOWN ? null : owner[3]);
  const left = statSync(path, { throwIfNoEntry: false });
  return left !== undefined && Date.now() - left.mtimeMs > EXPIRES;
}

/**
 * Takes away what killed processes have left in a folder.
 *
 * @param ours - tells things of ours from others by their names
 * @param before - sees each before it goes
 */
export function removeAbandoned(
  folder: string,
  ours: (name: string) => boolean = () => true,
  before: (path: string) => void = () => undefined,
): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!ours(name) || !isAbandoned(path)) continue;
    before(path);
    rmSync(path, { recursive: true, force: true });
  }
}
