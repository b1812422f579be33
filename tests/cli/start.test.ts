/** What a command loads before it does anything: starting must not wait for what another command needs. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Writes the packages that were loaded to standard error when the process ends. */
const listPackages = `import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({ load: (url, context, next) => {
  packages.add(/.*node_modules.((?:@[^/]+.)?[^/]+)/.exec(url)?.[1]);
  return next(url, context);
} });
process.on('exit', () => process.stderr.write('packages: ' + [...packages].join(' ') + '\\n'));`;

async function packagesOf(...args: readonly string[]): Promise<string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(listPackages)}`;
  const { outcome } = startCortext(args, { env: { ...process.env, NODE_OPTIONS: `--import ${hook}` } });
  const { stderr } = await outcome;
  return (/packages: (.*)/.exec(stderr)?.[1] ?? '').split(' ');
}

const large = /^(@tensorflow|better-sqlite3|h5wasm|pdfkit|sharp|ws|yaml)/;

describe('starting the command line', () => {
  it('shows help without a database, pictures, HDF5 or an engine', async () => {
    const packages = await packagesOf('--help');
    expect(packages).toContain('commander');
    expect(packages.filter((name) => large.test(name))).toEqual([]);
  });

  it('imports without an engine, and opens HDF5 only for HDF5 files', async () => {
    const folder = temporaryFolder();
    const packages = await packagesOf('import', join(folder, 'absent.mat'), '-w', join(folder, 'workspace'));
    expect(packages).toContain('sharp');
    expect(packages.filter((name) => /^(@tensorflow|h5wasm|pdfkit|ws$)/.test(name))).toEqual([]);
  });
});
