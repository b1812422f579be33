/** docs/importing.md: its commands work as they stand there, on data of the kind that their section is about. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentedCommands } from '../support/kinds-of-data/documented-commands.ts';
import { kindsOfData, writeKindsOfData, type KindOfData } from '../support/kinds-of-data/write-kinds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const cli = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url));
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

/** As a shell reads it, with its patterns of file names. */
function run(command: string, cwd: string, ...more: readonly string[]) {
  const words = [process.execPath, cli].map((word) => `'${word}'`).join(' ');
  return spawnSync('sh', ['-c', `${words} ${command} ${more.join(' ')}`], { cwd, encoding: 'utf8' });
}

describe('the guide to importing', () => {
  let folders: Readonly<Record<KindOfData, string>>;

  beforeAll(async () => {
    folders = await writeKindsOfData(temporaryFolder());
  });

  it('has a command for every kind of data', () => {
    expect(new Set(documentedCommands().map(({ kind }) => kind))).toEqual(new Set(kindsOfData));
  });

  it.skipIf(process.platform === 'win32').each(documentedCommands())('$command', ({ kind, command }) => {
    const workspace = join(temporaryFolder(), 'workspace');
    const { status, stdout, stderr } = run(command, folders[kind], '--json', '-w', workspace);
    expect(stderr).not.toContain('error');
    expect(status).toBe(0);
    const { samples, voxels } = JSON.parse(stdout) as { samples: number; voxels: number };
    expect(Math.min(samples, voxels)).toBeGreaterThan(2);
  });

  it('only looks with --dry-run at the end of the command', () => {
    const [{ kind, command }] = documentedCommands();
    const pictures = temporaryFolder();
    const given = ['--contact-sheet', '--slices', '--time-course'].flatMap((option) => [
      option,
      join(pictures, `${option.slice(2)}.png`),
    ]);
    const workspace = join(temporaryFolder(), 'workspace');
    const { status } = run(command, folders[kind], '--dry-run', ...given, '-w', workspace);
    expect(status).toBe(0);
    expect(readdirSync(pictures)).toHaveLength(3);
    expect(existsSync(workspace)).toBe(false);
  });

  it('leads nowhere that is not there', () => {
    const text = readFileSync(join(docs, 'importing.md'), 'utf8');
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchorOf(title));
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(([, a, b]) => a ?? b);
    const broken = links.filter((link) =>
      link.startsWith('#') ? !anchors.includes(link.slice(1)) : !existsSync(join(docs, link.replace(/#.*$/, ''))),
    );
    expect(broken).toEqual([]);
  });
});

/** As code hosts make them of titles. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');
}
