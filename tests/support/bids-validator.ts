/**
 * The validator of the BIDS community as a program, fetched once into the folder for things that can be fetched again.
 *
 * The package names hundreds of others for its development, but its program is one bundle: only the package itself is
 * unpacked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { engineCacheFolder } from '../../src/main/engine/install/cache-folder.ts';

const VERSION = '1.15.0';

/** @returns the program's path, or null with a sentence that says why it cannot be had */
export function installBidsValidator(): { program: string | null; reason: string } {
  const folder = join(engineCacheFolder(), 'bids-validator', VERSION);
  const program = join(folder, 'bin', 'bids-validator');
  if (existsSync(program)) return { program, reason: '' };
  const parent = join(engineCacheFolder(), 'bids-validator');
  mkdirSync(parent, { recursive: true });
  const staged = mkdtempSync(join(parent, '.staged-'));
  try {
    process.stderr.write(`Fetching bids-validator ${VERSION} (20 MB, once) into ${folder}\n`);
    const run = (command: string, args: readonly string[]): boolean =>
      spawnSync(command, args, { cwd: staged, shell: process.platform === 'win32', timeout: 120_000 }).status === 0;
    const packed = run('npm', ['pack', `bids-validator@${VERSION}`, '--silent', '--ignore-scripts']);
    const archive = readdirSync(staged).find((name) => name.endsWith('.tgz'));
    if (!packed || archive === undefined) {
      return { program: null, reason: `bids-validator ${VERSION} cannot be fetched: no package registry answers` };
    }
    if (!run('tar', ['-xzf', archive])) return { program: null, reason: 'there is no tar to unpack bids-validator' };
    if (!existsSync(program)) renameSync(join(staged, 'package'), folder);
    return { program, reason: '' };
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

const issueSchema = z.object({ key: z.string(), reason: z.string() });
const verdictSchema = z.object({ issues: z.object({ errors: z.array(issueSchema), warnings: z.array(issueSchema) }) });

/** What the validator finds in a dataset. */
export function validateBids(program: string, dataset: string): z.infer<typeof verdictSchema>['issues'] {
  const { stdout } = spawnSync(process.execPath, [program, dataset, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return verdictSchema.parse(JSON.parse(stdout)).issues;
}
