/** `bench roi`. */
import type { Command } from 'commander';
import type { RoiBenchmarkResult, RoiMeasurement } from '../../services/roi-benchmark.ts';
import { defineAction, usageError, wholeNumber } from '../command.ts';

interface RoiOptions {
  readonly grid: string;
  readonly volumes: number;
  readonly voxels: number;
  readonly rounds: number;
}

export function roiBenchmarkCommand(bench: Command): void {
  defineAction<RoiOptions>(
    bench
      .command('roi')
      .description('Time taking the series of chosen voxels out of a compressed run, and nilearn doing the same.')
      .option('--grid <x,y,z>', 'voxels of a simulated volume along each axis', '96,96,60')
      .option('--volumes <n>', 'volumes of the run', wholeNumber('--volumes', 2), 600)
      .option('--voxels <n>', 'voxels to take', wholeNumber('--voxels', 1), 20_000)
      .option('--rounds <n>', 'turns of each; the quickest counts', wholeNumber('--rounds', 1), 2),
    async ({ output, signal }, { grid, volumes, voxels, rounds }) => {
      const { benchmarkRoi } = await import('../../services/roi-benchmark.ts');
      const result = await benchmarkRoi(
        { shape: shapeOf(grid), volumes, voxels, rounds, seed: 1 },
        {
          signal,
          onStep: (text) => {
            output.say(text);
          },
          onProgress: ({ done, total }) => {
            output.progress(`volume ${done} of ${total}`);
          },
        },
      );
      return { data: result, text: resultText(result) };
    },
  );
}

function shapeOf(text: string): [number, number, number] {
  const [x, y, z, ...rest] = text.split(/[,x]/).map(Number);
  const valid = [x, y, z].every((side) => Number.isInteger(side) && side >= 4 && side <= 512) && rest.length === 0;
  if (!valid)
    throw usageError(`--grid must be three whole numbers from 4 to 512, not '${text}'.`, 'For example 96,96,60.');
  return [x, y, z];
}

function resultText({ ours, nilearn, max_abs_difference, left_out }: RoiBenchmarkResult): string {
  const line = (name: string, { seconds, peak_mb }: RoiMeasurement): string =>
    `${name.padEnd(8)}  ${seconds.toFixed(2).padStart(7)} s  ${peak_mb.toFixed(0).padStart(6)} MB`;
  if (nilearn === null) return [line('cortext', ours), left_out].join('\n');
  return [
    line('cortext', ours),
    line('nilearn', nilearn),
    `${(nilearn.seconds / ours.seconds).toFixed(1)} times faster with ${Math.round((100 * ours.peak_mb) / nilearn.peak_mb)} % of the memory; ` +
      `largest difference of a value: ${max_abs_difference}.`,
  ].join('\n');
}
