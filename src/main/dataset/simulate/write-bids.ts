/**
 * A simulated subject as a dataset of the Brain Imaging Data Structure: raw runs, events, stimuli, anatomy, and what
 * fMRIPrep and a delineation of regions would add as derivatives. Named as the published recordings of generic object
 * decoding (Horikawa & Kamitani 2017) are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFolder } from '../../files/staged-folder.ts';
import { CortextError } from '../../../shared/errors.ts';
import { createNiftiWriter, writeNiftiVolume, type NiftiGrid, type NiftiWriter } from '../volumes/nifti-writer.ts';
import { bidsFacts, datasetDocuments } from './bids-documents.ts';
import { Breath } from './breath.ts';
import { writeNpz } from './npz-writer.ts';
import { simulatedRegionNames } from './options.ts';
import { confoundsTable } from './scanner/confounds-table.ts';
import { anatomicalGrid, cellIndex, forEachWithin, millimetresOf } from './scanner/grids.ts';
import { t1Brightness, tissueAt } from './scanner/head.ts';
import { planRuns, type PlannedRun } from './scanner/plan-runs.ts';
import { resolveScanOptions, type ScanOptions, type ScanRequest } from './scanner/scan-options.ts';
import { Scanner, SCANNER_SLOPE } from './scanner/scanner.ts';
import type { SimulatedCortex } from './subject.ts';
import { writePictures, type WriteCallbacks } from './write-pictures.ts';
import { truthArrays } from './write-subject.ts';

export interface WrittenDataset {
  /** Import this. */
  readonly folder: string;
  readonly runs: number;
  readonly volumes: number;
  readonly truth: string;
}

const { subject, anatomicalSession } = bidsFacts;
const truthFile = join('derivatives', 'simulation', 'truth.npz');

/**
 * Scans the simulated cortex into a new folder: wholly or not at all.
 *
 * @param folder - must not exist yet, or be empty
 * @throws CortextError `INVALID_ARGUMENT`, `ALREADY_EXISTS`, `CANCELLED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeSimulatedBids(
  folder: string,
  cortex: SimulatedCortex,
  request: ScanRequest = {},
  callbacks: WriteCallbacks = {},
): Promise<WrittenDataset> {
  const options = resolveScanOptions(request);
  const runs = planRuns(cortex.trials, options);
  const scanner = new Scanner(cortex, options);
  const target = await writeFolder(folder, async (staged) => {
    writeTexts(staged, datasetDocuments(cortex.options, options));
    await writePictures(join(staged, 'stimuli'), cortex, callbacks);
    await writeAnatomy(staged, cortex, scanner);
    await writeRuns(staged, cortex, scanner, runs, options, callbacks);
    mkdirSync(join(staged, dirname(truthFile)), { recursive: true });
    writeNpz(join(staged, truthFile), {
      ...truthArrays(cortex),
      cell: { shape: [scanner.cells.length], data: scanner.cells },
    });
  });
  return {
    folder: target,
    runs: runs.length,
    volumes: runs.reduce((sum, run) => sum + run.volumes, 0),
    truth: join(target, truthFile),
  };
}

function writeTexts(root: string, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The head, its mask, and the regions: on the grid of the anatomy, and on that of the runs. */
async function writeAnatomy(root: string, cortex: SimulatedCortex, scanner: Scanner): Promise<void> {
  const fine = anatomicalGrid();
  const name = `sub-${subject}_ses-${anatomicalSession}`;
  const folder = join(`sub-${subject}`, `ses-${anatomicalSession}`, 'anat');
  await writeVolume(root, join(folder, `${name}_T1w.nii.gz`), fine, paintHead(fine));

  const labels = new Uint8Array(volumeLength(scanner.grid));
  cortex.voxels.forEach(({ region }, voxel) => {
    labels[scanner.cells[voxel]] = simulatedRegionNames.indexOf(region) + 1;
  });
  const fineLabels = new Uint8Array(volumeLength(fine));
  forEachWithin(fine, scanner.grid, (cell, within) => {
    if (within !== -1) fineLabels[cell] = labels[within];
  });
  const regions = join('derivatives', 'regions', `sub-${subject}`);
  const t1 = join(regions, 'anat', `sub-${subject}_space-T1w_desc-visual_dseg.nii.gz`);
  await writeVolume(root, t1, fine, fineLabels);
  const functional = join(regions, 'func', `sub-${subject}_space-func`);
  await writeVolume(root, `${functional}_desc-visual_dseg.nii.gz`, scanner.grid, labels);
  for (const [index, region] of simulatedRegionNames.entries()) {
    const mask = labels.map((label) => (label === index + 1 ? 1 : 0));
    await writeVolume(root, `${functional}_label-${region}_mask.nii.gz`, scanner.grid, mask);
  }
}

async function writeVolume(root: string, name: string, grid: NiftiGrid, volume: Int16Array | Uint8Array) {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  await writeNiftiVolume(path, grid, volume);
}

function volumeLength({ size }: NiftiGrid): number {
  return size[0] * size[1] * size[2];
}

function paintHead(grid: NiftiGrid): Int16Array {
  const [nx, ny, nz] = grid.size;
  const head = new Int16Array(volumeLength(grid));
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        head[cellIndex(grid.size, i, j, k)] = t1Brightness[tissueAt(...millimetresOf(grid.affine, i, j, k))];
      }
  return head;
}

async function writeRuns(
  root: string,
  cortex: SimulatedCortex,
  scanner: Scanner,
  runs: readonly PlannedRun[],
  options: ScanOptions,
  { signal, onProgress }: WriteCallbacks,
): Promise<void> {
  const total = runs.reduce((sum, run) => sum + run.volumes, 0);
  const breath = new Breath(signal);
  let done = 0;
  for (const run of runs) {
    const place = join(`sub-${subject}`, `ses-${run.sessionLabel}`, 'func');
    const name = `sub-${subject}_ses-${run.sessionLabel}_task-${bidsFacts.task}_run-${run.runLabel}`;
    const derived = join('derivatives', 'fmriprep', place, name);
    for (const folder of [place, dirname(derived)]) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, place, `${name}_events.tsv`), eventsTable(run, cortex, options));
    await writeVolume(root, `${derived}_desc-brain_mask.nii.gz`, scanner.grid, scanner.brain);

    const open = (path: string): NiftiWriter =>
      createNiftiWriter(join(root, path), {
        ...scanner.grid,
        volumes: run.volumes,
        datatype: 'int16',
        slope: SCANNER_SLOPE,
        repetitionTime: options.repetitionTime,
        description: 'simulated',
      });
    const raw = open(join(place, `${name}_bold.nii.gz`));
    const still = options.preprocessed ? open(`${derived}_desc-preproc_bold.nii.gz`) : null;
    try {
      const courses = await scanner.scan(run, async (volume) => {
        await raw.write(volume.raw);
        await still?.write(volume.still);
        done++;
        if (await breath.take()) onProgress?.({ phase: 'volumes', done, total });
      });
      await raw.close();
      await still?.close();
      writeFileSync(join(root, `${derived}_desc-confounds_timeseries.tsv`), confoundsTable(courses));
    } catch (error) {
      await raw.discard();
      await still?.discard();
      throw error;
    }
  }
  if (signal?.aborted) throw new CortextError('CANCELLED', 'The simulation was cancelled.');
  onProgress?.({ phase: 'volumes', done, total });
}

function eventsTable(run: PlannedRun, { stimuli }: SimulatedCortex, { stimulusSeconds }: ScanOptions): string {
  const rows = run.trials.map(({ onset, stimulus }) => {
    const { name, category } = stimuli[stimulus];
    return [String(onset), String(stimulusSeconds), category, `${name}.png`];
  });
  return [['onset', 'duration', 'trial_type', 'stim_file'], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}
