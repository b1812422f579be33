/** Scanner runs: as BIDS, with fMRIPrep's derivatives, in the layout of OpenfMRI, and as single files. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { simulateCortex } from '../../../src/main/dataset/simulate/subject.ts';
import { writeSimulatedBids } from '../../../src/main/dataset/simulate/write-bids.ts';

/** 24 training pictures in three runs, and 8 others shown twice in two. All voxels: regions are to look like regions. */
const scanned = {
  trainingCategories: 12,
  exemplars: 2,
  testCategories: 8,
  testRepetitions: 2,
  imageSize: 96,
  trialsPerRun: 8,
} as const;

const NAME = 'Objects, faces and scenes';

export interface ScanFolders {
  readonly bids: string;
  readonly fmriprep: string;
  readonly openfmri: string;
  readonly runs: string;
}

/** Writes a dataset into each of the folders, which exist. */
export async function writeScans(folders: ScanFolders): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'cortext-kinds-'));
  try {
    const written = await writeSimulatedBids(join(scratch, 'dataset'), await simulateCortex(scanned), {
      preprocessed: true,
    });
    const dataset = written.folder;
    rmSync(join(dataset, 'derivatives', 'simulation'), { recursive: true });
    rename(dataset, NAME);
    writeRaw(dataset, join(folders.bids, 'ds-objects'));
    const masks = filesBelow(join(dataset, 'derivatives', 'regions')).filter((path) => path.includes('_label-'));
    writeDerivatives(dataset, masks, folders.fmriprep);
    const runs = runsOf(dataset);
    writeOpenfmri(runs, masks, join(folders.openfmri, 'ds-objects'));
    writeSingleRuns(runs, masks, join(dataset, 'stimuli'), folders.runs);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function rename(dataset: string, name: string): void {
  const path = join(dataset, 'dataset_description.json');
  const description = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...description, Name: name }, null, 2));
}

/** What the scanner gave, and the regions that somebody has drawn. */
function writeRaw(dataset: string, to: string): void {
  const fmriprep = join(dataset, 'derivatives', 'fmriprep');
  cpSync(dataset, to, { recursive: true, filter: (path) => path !== fmriprep });
}

/** The three folders of a study: what the scanner gave, what fMRIPrep made of it in a space that it names, and masks. */
function writeDerivatives(dataset: string, masks: readonly string[], to: string): void {
  const derivatives = join(dataset, 'derivatives');
  cpSync(dataset, join(to, 'bids'), { recursive: true, filter: (path) => path !== derivatives });
  const fmriprep = join(derivatives, 'fmriprep');
  for (const path of filesBelow(fmriprep)) {
    const named = path.replace(/_desc-(preproc_bold|brain_mask)/, '_space-T1w_desc-$1');
    copy(path, join(to, 'fmriprep', relative(fmriprep, named)));
  }
  copyMasks(masks, join(to, 'rois'));
}

function copyMasks(masks: readonly string[], to: string): void {
  for (const mask of masks) copy(mask, join(to, `${labelOf(mask)}.nii.gz`));
}

interface Run {
  readonly volumes: string;
  readonly events: string;
}

function runsOf(dataset: string): Run[] {
  return filesBelow(dataset)
    .filter((path) => path.endsWith('_bold.nii.gz') && !path.includes('derivatives'))
    .sort((a, b) => order(a).localeCompare(order(b)))
    .map((volumes) => ({ volumes, events: volumes.replace(/bold\.nii\.gz$/, 'events.tsv') }));
}

/** Training before test. */
function order(path: string): string {
  return `${path.includes('Training') ? 0 : 1}${basename(path)}`;
}

interface Trial {
  readonly onset: string;
  readonly duration: string;
  readonly category: string;
}

function trialsOf(events: string): Trial[] {
  return readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([onset, duration, category]) => ({ onset, duration, category }));
}

/** A condition is a category; onsets of each stand in a file of their own. */
function writeOpenfmri(runs: readonly Run[], masks: readonly string[], to: string): void {
  const conditions = [...new Set(runs.flatMap(({ events }) => trialsOf(events).map(({ category }) => category)))].sort();
  const number = (index: number): string => String(index + 1).padStart(3, '0');
  write(join(to, 'scan_key.txt'), 'TR 2.5\n');
  write(join(to, 'task_key.txt'), 'task001 object viewing\n');
  const key = conditions.map((name, index) => `task001 cond${number(index)} ${name}\n`);
  write(join(to, 'models', 'model001', 'condition_key.txt'), key.join(''));
  for (const [index, { volumes, events }] of runs.entries()) {
    const run = `task001_run${number(index)}`;
    copy(volumes, join(to, 'sub001', 'BOLD', run, 'bold.nii.gz'));
    const trials = Map.groupBy(trialsOf(events), ({ category }) => conditions.indexOf(category));
    for (const [condition, list] of trials) {
      const path = join(to, 'sub001', 'model', 'model001', 'onsets', run, `cond${number(condition)}.txt`);
      write(path, list.map(({ onset, duration }) => `${onset}\t${duration}\t1\n`).join(''));
    }
  }
  copyMasks(masks, join(to, 'sub001', 'masks'));
}

function writeSingleRuns(runs: readonly Run[], masks: readonly string[], stimuli: string, to: string): void {
  for (const [index, { volumes, events }] of runs.entries()) {
    copy(volumes, join(to, `sub-01_run-${index + 1}.nii.gz`));
    copy(events, join(to, `sub-01_run-${index + 1}_events.tsv`));
  }
  copyMasks(masks, join(to, 'masks'));
  cpSync(stimuli, join(to, 'stimuli'), { recursive: true });
}

function labelOf(mask: string): string {
  return /_label-([^_]+)/.exec(basename(mask))?.[1] ?? basename(mask);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
