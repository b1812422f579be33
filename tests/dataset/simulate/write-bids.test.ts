import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionalGrid, placeVoxels } from '../../../src/main/dataset/simulate/scanner/grids.ts';
import { simulateCortex } from '../../../src/main/dataset/simulate/subject.ts';
import { writeSimulatedBids } from '../../../src/main/dataset/simulate/write-bids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { readVolumes, simulatedDataset } from './bids-support.ts';
import { correlation, mean, tinyOptions } from './support.ts';

const { folder, cortex } = await simulatedDataset(
  { ...tinyOptions, trainingCategories: 20, testCategories: 4, trialsPerRun: 20, noise: 0.1 },
  // Rest for long enough that the response to one picture is over before the next.
  { preprocessed: true, restSeconds: 17 },
);
const session = join('sub-01', 'ses-perceptionTraining01', 'func');
const name = 'sub-01_ses-perceptionTraining01_task-perception_run-01';
const derived = join(folder, 'derivatives', 'fmriprep', session, name);
const regions = join(folder, 'derivatives', 'regions', 'sub-01');

interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function readTable(path: string): Table {
  const [names, ...rows] = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  return { names, rows };
}

const column = ({ names, rows }: Table, wanted: string): string[] => rows.map((row) => row[names.indexOf(wanted)]);

/** The voxels of a region in the grid of the runs, and their time courses. */
function coursesOf(path: string, label: number): number[][] {
  const { size, values } = readVolumes(path);
  const labels = readVolumes(join(regions, 'func', 'sub-01_space-func_desc-visual_dseg.nii.gz')).values;
  const length = labels.length;
  const cells = [...labels.keys()].filter((cell) => labels[cell] === label);
  return cells.map((cell) => Array.from({ length: size[3] }, (_, v) => values[v * length + cell]));
}

/** What least squares leaves of a course after the given courses and a line were taken out. */
function residual(course: readonly number[], regressors: readonly (readonly number[])[]): number[] {
  const basis: number[][] = [];
  let left = [...course];
  for (const regressor of [course.map(() => 1), course.map((_, i) => i), ...regressors]) {
    let part = [...regressor];
    for (const done of basis) part = minus(part, done);
    const length = Math.hypot(...part);
    if (length < 1e-9) continue;
    basis.push(part.map((value) => value / length));
    left = minus(left, basis[basis.length - 1]);
  }
  return left;
}

/** Takes the share of a course of length 1 out of another. */
function minus(values: readonly number[], unit: readonly number[]): number[] {
  const share = values.reduce((sum, value, i) => sum + value * unit[i], 0);
  return values.map((value, i) => value - share * unit[i]);
}

describe('a simulated BIDS dataset', () => {
  it('holds responses that come seconds after the pictures, as strong as the truth says', () => {
    const events = readTable(join(folder, session, `${name}_events.tsv`));
    const shown = column(events, 'stim_file').map((file) =>
      cortex.stimuli.findIndex((stimulus) => `${stimulus.name}.png` === file),
    );
    const onsets = column(events, 'onset').map(Number);
    const { values, size } = readVolumes(`${derived}_desc-preproc_bold.nii.gz`);
    const cells = [...placeVoxels(functionalGrid(cortex.voxels), cortex.voxels)];
    const length = size[0] * size[1] * size[2];
    const fit = (delay: number): number =>
      mean(
        cells.map((cell, voxel) => {
          const course = residual(
            Array.from({ length: size[3] }, (_, v) => values[v * length + cell]),
            [],
          );
          return correlation(
            onsets.map((onset) => course[(onset + delay) / 2.5]),
            shown.map((stimulus) => cortex.signals[stimulus * cells.length + voxel]),
          );
        }),
      );
    expect(fit(7)).toBeGreaterThan(0.85);
    expect(Math.abs(fit(-0.5))).toBeLessThan(0.3);
  });

  it('moves, and the table of confounds explains the movement', () => {
    const table = readTable(`${derived}_desc-confounds_timeseries.tsv`);
    const courses = (names: readonly string[]) => names.map((wanted) => column(table, wanted).map(Number));
    const movement = courses(['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z']);
    const raw = coursesOf(join(folder, session, `${name}_bold.nii.gz`), 1);
    const still = coursesOf(`${derived}_desc-preproc_bold.nii.gz`, 1);
    const moved = raw.map((course, i) => course.map((value, v) => value - still[i][v]));
    const spread = (courses: readonly (readonly number[])[]) => Math.max(...courses.flat().map(Math.abs));
    expect(spread(moved)).toBeGreaterThan(10);
    // Rounding both to steps of 2 is what is left.
    expect(spread(moved.map((course) => residual(course, movement)))).toBeLessThan(3);
  });

  it('has no value in columns of differences for the first volume, and as many rows as volumes', () => {
    const table = readTable(`${derived}_desc-confounds_timeseries.tsv`);
    const { size } = readVolumes(join(folder, session, `${name}_bold.nii.gz`));
    expect(table.rows).toHaveLength(size[3]);
    const missing = table.names.filter((wanted) => column(table, wanted)[0] === 'n/a');
    expect(missing).toContain('framewise_displacement');
    expect(missing).toContain('trans_x_derivative1');
    expect(table.rows.slice(1).flat()).not.toContain('n/a');
  });

  it('places regions alike in the grid of the runs and in the finer one of the anatomy', () => {
    const coarse = readVolumes(join(regions, 'func', 'sub-01_space-func_desc-visual_dseg.nii.gz'));
    const fine = readVolumes(join(regions, 'anat', 'sub-01_space-T1w_desc-visual_dseg.nii.gz'));
    const [nx, ny] = coarse.size;
    let agreeing = 0;
    coarse.values.forEach((label, cell) => {
      if (label === 0) return;
      const index = [cell % nx, Math.floor(cell / nx) % ny, Math.floor(cell / (nx * ny)), 1];
      const at = coarse.affine.slice(0, 3).map((row) => row.reduce((sum, value, i) => sum + value * index[i], 0));
      // The finer grid is upright.
      const [i, j, k] = at.map((value, axis) => Math.round((value - fine.affine[axis][3]) / fine.affine[axis][axis]));
      expect(fine.values[i + fine.size[0] * (j + fine.size[1] * k)]).toBe(label);
      agreeing++;
    });
    expect(agreeing).toBe(cortex.voxels.length);
    const v1 = readVolumes(join(regions, 'func', 'sub-01_space-func_label-V1_mask.nii.gz'));
    expect(v1.values.filter((value) => value === 1)).toHaveLength(12);
  });
});

describe('writing a simulated BIDS dataset', () => {
  const filesIn = (root: string): string[] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(root, file)).isFile())
      .sort();

  it('gives the same bytes for the same seed', async () => {
    const parent = temporaryFolder();
    const write = async (to: string, seed: number) =>
      (await writeSimulatedBids(join(parent, to), await simulateCortex({ ...tinyOptions, seed }))).folder;
    const [first, again, other] = [await write('first', 1), await write('again', 1), await write('other', 2)];
    expect(filesIn(again)).toEqual(filesIn(first));
    const bytes = (root: string, file: string) => readFileSync(join(root, file));
    const changed = (root: string) => filesIn(first).filter((file) => !bytes(first, file).equals(bytes(root, file)));
    expect(changed(again)).toEqual([]);
    const runs = filesIn(first).filter((file) => file.endsWith('_bold.nii.gz'));
    expect(runs).toHaveLength(5);
    expect(changed(other)).toEqual(expect.arrayContaining(runs));
  });

  it('never replaces what a folder holds, and leaves nothing behind when cancelled half-way', async () => {
    const parent = temporaryFolder();
    const small = await simulateCortex(tinyOptions);
    mkdirSync(join(parent, 'mine'));
    writeFileSync(join(parent, 'mine', 'thesis.txt'), 'years of work');
    await expect(writeSimulatedBids(join(parent, 'mine'), small)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    const stop = new AbortController();
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === 'volumes') stop.abort();
    };
    await expect(
      writeSimulatedBids(join(parent, 'stopped'), small, {}, { signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(parent, 'stopped'))).toBe(false);
    expect(readdirSync(parent)).toEqual(['mine']);
  });

  it('refuses a scanner that cannot be', async () => {
    const parent = temporaryFolder();
    await expect(
      writeSimulatedBids(join(parent, 'd'), await simulateCortex(tinyOptions), { repetitionTime: 0 }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('repetitionTime') as string });
    expect(readdirSync(parent)).toEqual([]);
  });
});
