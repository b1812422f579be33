/**
 * How long, and in how much memory, a file in the published layout of Generic Object Decoding is imported: 6,000 samples of
 * 4,500 voxels, float64 (216 MB). Run: `node bench/import-god.ts [--samples n] [--voxels n]`.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeGodLike } from '../tests/support/god-like.ts';
import { measureImport } from './measured-import.ts';

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '6000' }, voxels: { type: 'string', default: '4500' } },
});
const folder = mkdtempSync(join(tmpdir(), 'cortext-bench-'));
try {
  const file = join(folder, 'Subject1.h5');
  await writeGodLike(file, { samples: Number(values.samples), voxels: Number(values.voxels) });
  const { seconds, cpuSeconds, peak } = measureImport([file], join(folder, 'w'));
  const megabytes = Math.round(statSync(file).size / 2 ** 20);
  const result = {
    megabytes,
    seconds: Number(seconds.toFixed(2)),
    cpu_seconds: Number(cpuSeconds.toFixed(2)),
    peak_mb: Math.round(peak / 2 ** 20),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
