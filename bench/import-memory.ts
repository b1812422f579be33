/**
 * How much memory importing large files takes beyond the matrix of responses: `node bench/import-memory.ts [--only npz] [--scale 1]`.
 *
 * Each file is imported by the command line, in a process of its own, as a user would. `--scale 2` doubles the files.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importCases } from './import-cases.ts';
import { measureImport } from './measured-import.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, scale: { type: 'string', default: '1' } },
});
const root = mkdtempSync(join(tmpdir(), 'cortext-bench-'));
try {
  for (const { name, matrix: count, write } of importCases(Number(options.scale))) {
    if (options.only.length > 0 && !options.only.some((part) => name.includes(part))) continue;
    const folder = join(root, 'case');
    mkdirSync(folder);
    const given = await write(folder);
    const bytes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
      (sum, file) => sum + statSync(join(folder, file)).size,
      0,
    );
    const { peak, seconds } = measureImport(given, join(root, 'workspace'));
    const megabytes = (value: number): number => Math.round(value / 2 ** 20);
    const result = {
      name,
      file_mb: megabytes(bytes),
      matrix_mb: megabytes(count * 4),
      peak_mb: megabytes(peak),
      beyond_matrix_mb: megabytes(peak - count * 4),
      seconds: Number(seconds.toFixed(1)),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    rmSync(folder, { recursive: true });
    rmSync(join(root, 'workspace'), { recursive: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
