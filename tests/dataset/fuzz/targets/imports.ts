/** Whole imports with one damaged file: a recording comes in whole, or the workspace stays as it was. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { File, ready } from 'h5wasm/node';
import { zipSync } from 'fflate';
import { recogniseFiles } from '../../../../src/main/dataset/import/formats.ts';
import { importRecording } from '../../../../src/main/dataset/import/import-recording.ts';
import { recipeFromMappings } from '../../../../src/main/dataset/import/load-recipe.ts';
import { verifyRecording } from '../../../../src/main/dataset/recording-store.ts';
import { encodePngPixels } from '../../../../src/main/dataset/images/encode-png.ts';
import { writeNpz } from '../../../../src/main/dataset/simulate/npz-writer.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { writeGodLike } from '../../../support/god-like.ts';
import { arrays } from '../../import/support.ts';
import { niftiBytes } from '../../volumes/nifti-bytes.ts';
import { damageBytes, damageText, pick } from '../damage.ts';
import { namesOf, type Input, type Target } from '../target.ts';

interface Recording {
  readonly name: string;
  readonly share: number;
  readonly files: Input;
  /** What is named on the command line: the files, if nothing else. */
  readonly given?: readonly string[];
  /** Files that are not damaged. */
  readonly spared?: readonly string[];
  readonly entries?: Readonly<Record<string, unknown>>;
  /** What else an error may name: arrays, runs, regions, folders. */
  readonly parts?: readonly string[];
  /** What the files are said to be, where damage could make them look like something else. */
  readonly format?: string;
}

function damageOne({ files, spared = [] }: Recording, random: Random): Input {
  const name = pick(
    random,
    Object.keys(files).filter((file) => !spared.includes(file)),
  );
  const sound = files[name];
  return {
    ...files,
    [name]: typeof sound === 'string' ? damageText(sound, random) : damageBytes(sound, random, headOf(sound)),
  };
}

const headOf = ({ length }: Uint8Array): number[] => Array.from({ length: Math.min(length, 2048) }, (_, at) => at);

/** @throws Error when something is left behind, or a recording is not whole */
async function importWholly(folder: string, { given, entries = {}, format }: Recording, input: Input): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'cortext-fuzz-'));
  try {
    const paths = (given ?? Object.keys(input)).map((name) => join(folder, name));
    const { recipe, guesses } = await recogniseFiles(paths, { format });
    const loaded = recipeFromMappings({ ...recipe, ...entries }, folder, guesses);
    const workspace = join(root, 'workspace');
    let id: string;
    try {
      ({ id } = await importRecording(workspace, loaded, { cortextVersion: '0.1.0' }));
    } catch (error) {
      const left = filesIn(root);
      if (left.length > 0) throw new Error(`A failed import left ${left.join(', ')}`, { cause: error });
      throw error;
    }
    const left = readdirSync(join(workspace, 'recordings'));
    if (left.length !== 1) throw new Error(`An import left the recordings ${left.join(', ')}`);
    await verifyRecording(workspace, id);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(root, name)).isFile());
}

/** What `write` puts into a folder. */
async function filesOf(write: (folder: string) => Promise<void> | void): Promise<Record<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-fuzz-'));
  try {
    await write(folder);
    return Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const png = (shade: number): Uint8Array =>
  encodePngPixels({ width: 4, height: 4, channels: 1, data: new Uint8ClampedArray(16).fill(shade) });

async function nsdFiles(): Promise<Input> {
  await ready;
  const binary = await filesOf((folder) => {
    const write = (name: string, dataset: Parameters<File['create_dataset']>[0]): void => {
      const file = new File(join(folder, name), 'w');
      file.create_dataset(dataset);
      file.close();
    };
    const betas = Int16Array.from({ length: 3 * 24 }, (_, i) => i);
    write('betas_session01.hdf5', { name: 'betas', data: betas, shape: [3, 2, 3, 4], dtype: '<h' });
    const pixels = Uint8Array.from({ length: 72 }, (_, i) => i);
    write('nsd_stimuli.hdf5', { name: 'imgBrick', data: pixels, shape: [6, 2, 2, 3], dtype: '<B' });
    writeNpz(join(folder, 'masks.npz'), {
      nsdgeneral: { shape: [4, 3, 2], data: Int32Array.from({ length: 24 }, (_, i) => (i < 12 ? 1 : -1)) },
      prf_visualrois: { shape: [4, 3, 2], data: Int32Array.from({ length: 24 }, (_, i) => 1 + (i % 7)) },
    });
  });
  const rows = [3, 1, 2].map((image, t) => [1, 1, 1, t + 1, image, [2, 5000, 1700][t], 'NaN'].join('\t'));
  return { ...binary, 'responses.tsv': `SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\tRT\n${rows.join('\n')}\n` };
}

function scans(): { readonly runs: Input; readonly bids: Input; readonly openfmri: Input; readonly statmaps: Input } {
  const shape = [4, 3, 2, 12];
  const sform = {
    code: 1,
    rows: [
      [3, 0, 0, 0],
      [0, 3, 0, 0],
      [0, 0, 3, 0],
    ],
  };
  const values = Array.from({ length: 24 * 12 }, (_, i) => 100 + ((i * 7919) % 50));
  const bold = niftiBytes({ shape, sform, values, datatype: 'int16', sides: [3, 3, 3, 2] });
  const mask = niftiBytes({
    shape: [4, 3, 2],
    sform,
    values: Array.from({ length: 24 }, (_, i) => i % 2),
    sides: [3, 3, 3],
  });
  const table = (onsets: readonly number[]): string =>
    `onset\tduration\ttrial_type\tstim_file\n${onsets.map((onset, i) => `${onset}\t2\t${['face', 'house'][i % 2]}\tp${i % 2}.png`).join('\n')}\n`;
  const [events, pictures] = [table([0, 4, 8, 12]), { 'stimuli/p0.png': png(0), 'stimuli/p1.png': png(200) }];
  const motion = Array.from({ length: 12 }, (_, i) => `${i / 100} 0 0.1 0 0 ${i % 3}`).join('\n');
  const func = 'sub-01/func/sub-01_task-faces_run-1';
  const estimates = 'sub-01/func/sub-01_desc-glm_betas';
  return {
    runs: { 'run1.nii': bold, 'run1_events.tsv': events, 'motion1.txt': motion, 'V1.nii': mask, ...pictures },
    bids: {
      'dataset_description.json': '{"Name": "x", "BIDSVersion": "1.8.0"}',
      'task-faces_bold.json': '{"RepetitionTime": 2, "TaskName": "faces"}',
      [`${func}_bold.nii`]: bold,
      [`${func}_events.tsv`]: events,
      'derivatives/rois/dataset_description.json':
        '{"Name": "x", "BIDSVersion": "1.8.0", "DatasetType": "derivative", "GeneratedBy": [{"Name": "x"}]}',
      'derivatives/rois/sub-01/func/sub-01_label-V1_mask.nii': mask,
      ...pictures,
    },
    openfmri: {
      'scan_key.txt': 'TR 2.0\n',
      'task_key.txt': 'task001 faces\n',
      'sub001/BOLD/task001_run001/bold.nii.gz': bold,
      'sub001/model/model001/onsets/task001_run001/cond001.txt': '0 2 1\n8 2 1\n',
      'sub001/model/model001/onsets/task001_run001/cond002.txt': '4 2 1\n12 2 1\n',
      'models/model001/condition_key.txt': 'task001 cond001 face\ntask001 cond002 house\n',
      'sub001/masks/V1.nii.gz': mask,
    },
    statmaps: {
      'dataset_description.json':
        '{"Name": "x", "BIDSVersion": "1.8.0", "DatasetType": "derivative", "GeneratedBy": [{"Name": "x"}]}',
      [`${estimates}.nii`]: bold,
      [`${estimates}.json`]: JSON.stringify({
        Subject: 'S1',
        Regions: [{ Label: 'V1', Name: 'V1' }],
        Preprocessing: [{ name: 'detrend', parameters: { order: 1 } }],
      }),
      [`${estimates}.tsv`]: `volume\tstim_file\trun\taveraged_over\n${Array.from({ length: 12 }, (_, i) => `${i}\tp${i % 2}.png\t${1 + (i % 3)}\t1\n`).join('')}`,
      'sub-01/func/sub-01_label-V1_mask.nii': mask,
      ...pictures,
    },
  };
}

function mixedTable(): string {
  const rows = Array.from({ length: 8 }, (_, i) => `${i},${1 + (i % 2)},face_${i},${[0, 1, 2, 3].map((v) => (i * 7 + v * 3) / 8).join(',')}\n`);
  return `,run,stimulus,v0,v1,v2,v3\n${rows.join('')}`;
}

export async function importTargets(): Promise<Target[]> {
  const god = await filesOf((folder) => writeGodLike(join(folder, 'Subject1.h5'), { samples: 20, voxels: 30 }));
  const npz = await filesOf((folder) => {
    writeNpz(join(folder, 'data.npz'), arrays());
  });
  const old = readFileSync(fileURLToPath(new URL('../../import/fixtures/old-bdata.mat', import.meta.url)));
  const { runs, bids, openfmri, statmaps } = scans();
  const scanParts = ['run', 'V1', 'stimuli', 'input'];
  const steps = [{ step: 'detrend' }, { step: 'shift', seconds: 4 }, { step: 'average-block' }];
  const recordings: readonly Recording[] = [
    { name: 'import: Generic Object Decoding', share: 2, files: god, parts: ['dataset'] },
    { name: 'import: BData of MATLAB', share: 2, files: { 'old.mat': old } },
    { name: 'import: NSD', share: 2, files: await nsdFiles(), entries: { subject: 'subj01' } },
    {
      name: 'import: arrays with an archive of pictures',
      share: 2,
      files: {
        ...npz,
        'stimuli.zip': zipSync(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.png`, png(i * 40)]))),
      },
      parts: Object.keys(arrays()),
    },
    {
      name: 'import: single runs',
      share: 2,
      files: runs,
      given: ['run1.nii', 'run1_events.tsv', 'motion1.txt', 'V1.nii', 'stimuli'],
      entries: { steps },
      format: 'runs',
      parts: scanParts,
    },
    { name: 'import: BIDS', share: 2, files: bids, given: [''], entries: { steps }, format: 'bids', parts: scanParts },
    {
      name: 'import: OpenfMRI',
      share: 2,
      files: openfmri,
      given: [''],
      entries: { steps },
      format: 'openfmri',
      parts: scanParts,
    },
    { name: 'import: statistical maps', share: 2, files: statmaps, given: [''], format: 'statmaps', parts: scanParts },
    { name: 'import: one table of trials and responses', share: 2, files: { 'trials.csv': mixedTable() } },
  ];
  return recordings.map((recording) => ({
    name: recording.name,
    share: recording.share,
    damaged: (random) => damageOne(recording, random),
    read: (folder, input) => importWholly(folder, recording, input),
    named: (message, input) => [...namesOf(input), ...(recording.parts ?? [])].some((name) => message.includes(name)),
  }));
}
