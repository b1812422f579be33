import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { benchmarkRoi } from '../../src/main/services/roi-benchmark.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const python = process.env.CORTEXT_PYTHON;
afterEach(() => {
  if (python === undefined) delete process.env.CORTEXT_PYTHON;
  else process.env.CORTEXT_PYTHON = python;
});

const request = { shape: [16, 12, 10], volumes: 8, voxels: 100, rounds: 1, seed: 1 } as const;
const leftOvers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('cortext-bench-roi-'));

it('the benchmark of regions measures our reader alone, and says why, where there is no Python; it leaves no files', async () => {
  process.env.CORTEXT_PYTHON = join(temporaryFolder(), 'no-python');
  const before = leftOvers();
  const result = await benchmarkRoi(request);
  expect(result.ours.seconds).toBeGreaterThan(0);
  expect(result.ours.peak_mb).toBeGreaterThan(10);
  expect(result).toMatchObject({ nilearn: null, max_abs_difference: null });
  expect(result.left_out).toContain('Python');
  expect(leftOvers()).toEqual(before);
});

it('the benchmark of regions refuses more voxels than its simulated brain has', async () => {
  process.env.CORTEXT_PYTHON = join(temporaryFolder(), 'no-python');
  await expect(benchmarkRoi({ ...request, voxels: 1920 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
