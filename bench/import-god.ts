/**
 * How long, and in how much memory, a file in the published layout of Generic Object Decoding is imported: 6,000 samples of
 * 4,500 voxels, float64 (216 MB). Run: `node bench/import-god.ts [--samples n] [--voxels n]`.
 *
 * The import is the command line's, in a process of its own, so that its peak is that of a user's import.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeGodLike } from '../tests/support/god-like.ts';

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '6000' }, voxels: { type: 'string', default: '4500' } },
});
const cli = fileURLToPath(new URL('../src/main/cli/main.ts', import.meta.url));
/** Prints what it took when the command ends, whichever way. */
const account = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write('took ' + maxRSS + ' ' + (userCPUTime + systemCPUTime) + '\\n');
})`;

const folder = mkdtempSync(join(tmpdir(), 'cortext-bench-'));
try {
  const file = join(folder, 'Subject1.h5');
  await writeGodLike(file, { samples: Number(values.samples), voxels: Number(values.voxels) });
  const started = performance.now();
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(account)}`,
      cli,
      'import',
      file,
      '--json',
      '-w',
      join(folder, 'w'),
    ],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`The import failed:\n${stdout}${stderr}`);
  const [kilobytes, microseconds] = (/took (\d+) (\d+)/.exec(stderr) ?? []).slice(1).map(Number);
  const megabytes = Math.round(statSync(file).size / 2 ** 20);
  const result = {
    megabytes,
    seconds: Number(seconds.toFixed(2)),
    cpu_seconds: Number((microseconds / 1e6).toFixed(2)),
    peak_mb: Math.round(kilobytes / 1024),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
