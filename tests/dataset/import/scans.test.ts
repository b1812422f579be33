import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync as unzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { recogniseFiles } from '../../../src/main/dataset/import/formats.ts';
import { checkRecipe, recipeFromMappings, type LoadedRecipe } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe, readImport } from '../../../src/main/dataset/import/read-import.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { writeSlicesPicture } from '../../../src/main/dataset/import/scans/slices-picture.ts';
import { decodeImage } from '../../../src/main/dataset/image-set.ts';
import { openRecording } from '../../../src/main/dataset/recording-store.ts';
import { simulatedRegionNames } from '../../../src/main/dataset/simulate/options.ts';
import { functionalGrid, placeVoxels } from '../../../src/main/dataset/simulate/scanner/grids.ts';
import { resolveSplit } from '../../../src/main/dataset/splits.ts';
import { encodeNiftiVolume } from '../../../src/main/dataset/volumes/nifti-writer.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeTree } from '../bids/files.ts';
import { niftiBytes, niftiPair } from '../volumes/nifti-bytes.ts';
import { simulatedDataset } from '../simulate/bids-support.ts';
import { correlation, mean, tinyOptions } from '../simulate/support.ts';
import { contents, options } from './support.ts';

const simulated = await simulatedDataset(
  { ...tinyOptions, trainingCategories: 24, testCategories: 4, trialsPerRun: 16, runsPerSession: 2, noise: 0.1 },
  { preprocessed: true },
);
const { folder, cortex } = simulated;
const derivatives = join(folder, 'derivatives');

async function loadedFrom(paths: readonly string[], entries: Readonly<Record<string, unknown>> = {}): Promise<LoadedRecipe> {
  const { recipe, guesses } = await recogniseFiles(paths);
  return recipeFromMappings({ ...recipe, ...entries }, '/', guesses);
}

/** The dataset again, to be damaged. */
function copyOfDataset(): string {
  const copy = join(temporaryFolder(), 'dataset');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

const run = (root: string, session: string, number: string, ending: string): string =>
  join(root, 'sub-01', `ses-${session}`, 'func', `sub-01_ses-${session}_task-perception_run-${number}_${ending}`);

describe('a BIDS dataset', () => {
  it('is imported by its folder alone: what comes out is what the simulated cortex answered', async () => {
    const draft = await draftFromRecipe(await loadedFrom([folder]));
    expect([draft.sampleCount, draft.voxelCount]).toEqual([48 + 8, 56]);
    expect(draft.regions.map(({ name }) => name).sort()).toEqual([...simulatedRegionNames].sort());
    // Runs with test pictures are too short here for single trials to be told from ten confounds.
    const trained = [...draft.columns.stimulus.keys()].filter((sample) => draft.columns.set?.[sample] === 'train');
    const shown = trained.map((sample) => {
      const name = draft.stimuli[draft.columns.stimulus[sample] ?? 0].name;
      return cortex.stimuli.findIndex((stimulus) => stimulus.name === name);
    });
    // Voxels come in the order of the volume.
    const cells = [...placeVoxels(functionalGrid(cortex.voxels), cortex.voxels)];
    const fits = cells.map((cell, voxel) => {
      const column = draft.space?.indices.indexOf(cell) ?? -1;
      const responses = trained.map((sample) => draft.voxels[sample * cells.length + column]);
      return correlation(responses, shown.map((stimulus) => cortex.signals[stimulus * cells.length + voxel]));
    });
    // Single trials of sixteen, 5 s apart: their estimates share what their responses share.
    expect(mean(fits)).toBeGreaterThan(0.6);
    const v1 = draft.regions.find(({ name }) => name === 'V1')?.voxels.map((column) => draft.space?.indices[column]);
    expect(new Set(v1)).toEqual(new Set(cells.filter((_, voxel) => cortex.voxels[voxel].region === 'V1')));
    expect(draft.columns.set?.filter((set) => set === 'test')).toHaveLength(8);
    expect(draft.stimuli.map(({ category }) => category)).not.toContain(null);
    expect(draft.preprocessing.map(({ name }) => name)).toEqual(['confounds', 'detrend', 'general-linear-model', 'z-score']);
  });

  it('says every choice that nobody made, and a recipe of these choices gives the same recording', async () => {
    const loaded = await loadedFrom([folder]);
    const { report } = await recogniseImport(loaded);
    expect(report.guesses.map(({ about }) => about)).toEqual([
      ...['format', 'subject', 'derivatives', 'space', 'columns.stimulus', 'columns.category', 'sets', 'regions', 'steps'],
    ]);
    expect(report.scans?.runs).toHaveLength(5);
    const root = join(temporaryFolder(), 'workspace');
    const first = await importRecording(root, loaded, options);
    const recipe = checkRecipe(report.recipe, 'The report');
    const again = await importRecording(root, { recipe, folder: '/', path: null, guesses: [] }, options);
    expect(again.contentHash).toBe(first.contentHash);
    expect(again.id).toBe(first.id);
    const { metadata } = openRecording(root, first.id);
    expect(metadata.space?.indices).toHaveLength(56);
    expect(metadata.reference?.kind).toBe('mean-functional');
    expect(metadata.provenance.sources.filter(({ path }) => path.endsWith('_bold.nii.gz'))).toHaveLength(5);
  });

  it('prefers the runs that fMRIPrep aligned, and takes either when told to', async () => {
    const spaceOf = async (entries: Readonly<Record<string, unknown>>) =>
      (await draftFromRecipe(await loadedFrom([folder], entries))).provenance.recipe.space;
    expect(await spaceOf({})).toBe('native');
    expect(await spaceOf({ space: 'raw' })).toBe('raw');
    await expect(spaceOf({ space: 'MNI152' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  describe('with runs in the space of the anatomy and of a template', () => {
    const template = 'MNI152NLin2009cAsym';
    const regionFolder = (root: string): string => join(root, 'derivatives', 'regions', 'sub-01');

    /** fMRIPrep's runs twice, and the masks of regions in one space only. */
    function inTwoSpaces(maskSpace: string, resolutions: readonly string[] = ['']): string {
      const root = copyOfDataset();
      for (const session of ['perceptionTraining01', 'perceptionTest01']) {
        const functional = join(root, 'derivatives', 'fmriprep', 'sub-01', `ses-${session}`, 'func');
        for (const name of readdirSync(functional).filter((file) => /desc-(preproc_bold|brain_mask)/.test(file))) {
          const [start, end] = name.split('_desc-');
          for (const resolution of resolutions) {
            cpSync(join(functional, name), join(functional, `${start}_space-${template}${resolution}_desc-${end}`));
          }
          renameSync(join(functional, name), join(functional, `${start}_space-T1w_desc-${end}`));
        }
      }
      rmSync(join(regionFolder(root), 'anat'), { recursive: true });
      const masks = join(regionFolder(root), 'func');
      for (const name of readdirSync(masks)) renameSync(join(masks, name), join(masks, name.replace('space-func', `space-${maskSpace}`)));
      return root;
    }

    it('takes the space in which there are regions, and says why', async () => {
      const look = async (root: string) => {
        const { report } = await recogniseImport(await loadedFrom([root], { sessions: ['perceptionTest01'] }));
        return { report, space: report.guesses.find(({ about }) => about === 'space') };
      };
      const masked = await look(inTwoSpaces(template));
      expect(masked.space).toEqual({
        about: 'space',
        choice: template,
        reason: expect.stringMatching(/^\d+ masks of .* in the space MNI152NLin2009cAsym lie in it; there are also runs in T1w, raw$/) as string,
      });
      expect(masked.report.regions.map(({ name }) => name)).toContain('V1');
      expect(masked.report.scans?.problems.join(' ')).not.toContain('whole brain');
      // Where both have none, or the own space has them, it is the own space; two resolutions are not more runs.
      expect((await look(inTwoSpaces('T1w', ['_res-1', '_res-2']))).space?.choice).toBe('T1w');
    });

    it('warns when the whole brain is taken, and names the space of the regions', async () => {
      const root = inTwoSpaces(template);
      const problems = async (entries: Readonly<Record<string, unknown>>) => {
        const { report } = await recogniseImport(await loadedFrom([root], { sessions: ['perceptionTest01'], ...entries }));
        return report.scans?.problems.join(' ');
      };
      const warning = await problems({ space: 'T1w' });
      expect(warning).toMatch(/The whole brain is taken, \d+ voxels/);
      expect(warning).toContain(`with "space: ${template}"`);
      const ball = { ball: { centre: [38, -60, -22], radius: 9 } };
      expect(await problems({ space: 'T1w', regions: ball })).not.toContain('whole brain');
      rmSync(regionFolder(root), { recursive: true });
      expect(await problems({})).toMatch(/The whole brain is taken, \d+ voxels: there are no masks/);
    });
  });

  it('is found from the folder of its derivatives as well', async () => {
    const whole = await draftFromRecipe(await loadedFrom([folder]));
    const derived = await draftFromRecipe(await loadedFrom([join(derivatives, 'fmriprep')], { derivatives: [join(derivatives, 'fmriprep'), join(derivatives, 'regions')] }));
    expect(derived.voxels).toEqual(whole.voxels);
    expect(derived.stimuli).toEqual(whole.stimuli);
  });

  it('has the same regions from the atlas on the finer, mirrored grid of the anatomy', async () => {
    const root = copyOfDataset();
    rmSync(join(root, 'derivatives', 'regions', 'sub-01', 'func'), { recursive: true });
    const draft = await draftFromRecipe(await loadedFrom([root]));
    const whole = await draftFromRecipe(await loadedFrom([folder]));
    const sorted = (regions: typeof draft.regions) => regions.toSorted((a, b) => a.name.localeCompare(b.name));
    expect(sorted(draft.regions)).toEqual(sorted(whole.regions));
    expect(draft.voxels).toEqual(whole.voxels);
  });

  it('falls back on the mask of the brain where nobody has drawn regions', async () => {
    const root = copyOfDataset();
    rmSync(join(root, 'derivatives', 'regions'), { recursive: true });
    const draft = await draftFromRecipe(await loadedFrom([root], { sessions: ['perceptionTest01'] }));
    expect(draft.regions.map(({ name }) => name)).toEqual(['brain']);
    expect(draft.voxelCount).toBeGreaterThan(1000);
  });

  it('takes spheres, masks and an atlas by a recipe, within a mask', async () => {
    const regions = join(derivatives, 'regions', 'sub-01');
    const draft = await draftFromRecipe(
      await loadedFrom([folder], {
        regions: {
          ball: { centre: [38, -60, -22], radius: 9 },
          early: { mask: ['V1', 'V2'].map((name) => join(regions, 'func', `sub-01_space-func_label-${name}_mask.nii.gz`)) },
          some: {
            atlas: join(regions, 'anat', 'sub-01_space-T1w_desc-visual_dseg.nii.gz'),
            labels: join(regions, 'anat', 'sub-01_space-T1w_desc-visual_dseg.tsv'),
            names: ['FFA'],
          },
        },
        mask: run(join(derivatives, 'fmriprep'), 'perceptionTraining01', '01', 'desc-brain_mask.nii.gz'),
      }),
    );
    const sizes = Object.fromEntries(draft.regions.map(({ name, voxels }) => [name, voxels.length]));
    expect(sizes).toMatchObject({ early: 20, FFA: 6 });
    expect(sizes.ball).toBeGreaterThan(20);
  });

  it('uses the steps that a recipe states, and leaves out the runs that it names', async () => {
    const draft = await draftFromRecipe(
      await loadedFrom([folder], {
        steps: [{ step: 'detrend' }, { step: 'average-window', seconds: [5, 7.5] }, { step: 'average-repetitions', within: 'recording' }],
        leaveOut: ['perceptionTraining01/01'],
      }),
    );
    expect(draft.columns.averagedOver).toEqual([...Array<number>(4).fill(2), ...Array<number>(32).fill(1)]);
    // An average over several runs has none of them, so the column is not there.
    expect(draft.columns.run).toBeNull();
    await expect(loadedFrom([folder], { leaveOut: ['3'] }).then(draftFromRecipe)).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
  });
});

describe('beside a dataset', () => {
  const atlas = join(derivatives, 'regions', 'sub-01', 'anat', 'sub-01_space-T1w_desc-visual_dseg');

  it('an atlas with its table of labels is taken, whatever both are called, and masks with it', async () => {
    const root = temporaryFolder();
    const [volume, table] = [join(root, 'atlas.nii.gz'), join(root, 'labels.txt')];
    cpSync(`${atlas}.nii.gz`, volume);
    cpSync(`${atlas}.tsv`, table);
    const test = { sessions: ['perceptionTest01'] };
    const draft = await draftFromRecipe(await loadedFrom([folder, volume, table], test));
    expect(draft.regions.map(({ name }) => name).sort()).toEqual([...simulatedRegionNames].sort());
    const mask = join(derivatives, 'regions', 'sub-01', 'func', 'sub-01_space-func_label-V1_mask.nii.gz');
    const { recipe } = await loadedFrom([folder, mask, `${atlas}.tsv`, `${atlas}.nii.gz`]);
    expect(recipe).toMatchObject({
      format: 'bids',
      regions: { V1: { mask }, 'sub-01_space-T1w_desc-visual_dseg': { atlas: `${atlas}.nii.gz`, labels: `${atlas}.tsv` } },
    });
    await expect(loadedFrom([folder, volume, mask, table])).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringContaining('To which atlas the labels') as string,
      hint: expect.stringContaining('regions: {') as string,
    });
  });

  it('images may be a folder or an archive, of OpenfMRI as well; anything else is refused with what may be', async () => {
    const root = writeTree(temporaryFolder(), {
      'pictures.zip': '',
      'events.tsv': 'onset\tduration\n0\t1\n',
      'old/sub001/BOLD/task001_run001/bold.nii.gz': '',
    });
    const archive = join(root, 'pictures.zip');
    expect((await recogniseFiles([folder, archive])).recipe).toMatchObject({ format: 'bids', images: { zip: archive } });
    expect((await recogniseFiles([join(root, 'old'), archive])).recipe).toMatchObject({ format: 'openfmri', images: { zip: archive } });
    await expect(recogniseFiles([folder, archive, join(folder, 'stimuli')])).rejects.toMatchObject({
      message: expect.stringContaining('several sets of images') as string,
    });
    await expect(recogniseFiles([folder, join(root, 'events.tsv')])).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringContaining('events.tsv cannot be imported beside a dataset') as string,
      hint: expect.stringContaining('atlases with their tables of labels') as string,
    });
  });
});

describe('a BIDS dataset with gaps', () => {
  it('names the runs without events: an error on import, a problem in the dry run', async () => {
    const root = copyOfDataset();
    rmSync(run(root, 'perceptionTraining01', '02', 'events.tsv'));
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: '1 of 5 runs have no events: perceptionTraining01/02.',
    });
    const { report } = await recogniseImport(await loadedFrom([root]));
    expect(report.scans?.problems.join(' ')).toContain('perceptionTraining01/02');
    expect(report.samples).toBe(40);
    expect((await draftFromRecipe(await loadedFrom([root], { leaveOut: ['perceptionTraining01/02'] }))).sampleCount).toBe(40);
  });

  it('names the stimuli that are missing', async () => {
    const root = copyOfDataset();
    rmSync(join(root, 'stimuli', 'train-0003.png'));
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({
      code: 'STIMULUS_MISSING',
      message: expect.stringContaining('train-0003.png') as string,
    });
    const { report } = await recogniseImport(await loadedFrom([root]));
    expect(report.stimuli.report.missing.map(({ stimulus }) => stimulus)).toEqual(['train-0003.png']);
  });

  it('is imported without images when there are none', async () => {
    const root = copyOfDataset();
    rmSync(join(root, 'stimuli'), { recursive: true });
    const draft = await draftFromRecipe(await loadedFrom([root]));
    expect(draft.stimuli).toEqual([]);
    expect(draft.columns.stimulusName?.[0]).toMatch(/^test-\d{4}\.png$/);
  });

  it('names runs on different grids', async () => {
    const root = copyOfDataset();
    rmSync(join(root, 'derivatives', 'fmriprep'), { recursive: true });
    const odd = run(root, 'perceptionTest01', '02', 'bold.nii.gz');
    writeFileSync(odd, manyVolumes());
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: expect.stringContaining('perceptionTest01/02 with [2, 2, 2] voxels') as string,
    });
    const { report } = await recogniseImport(await loadedFrom([root]));
    expect(report.scans?.problems.join(' ')).toContain('2 different grids');
  });

  it('is refused when a run is there twice, with what to say; a resolution is chosen as fMRIPrep writes it', async () => {
    const root = copyOfDataset();
    const functional = join(root, 'derivatives', 'fmriprep', 'sub-01', 'ses-perceptionTest01', 'func');
    for (const name of readdirSync(functional).filter((file) => /desc-preproc_bold\.nii/.test(file))) {
      for (const resolution of [1, 2]) {
        const [start] = name.split('_desc-');
        cpSync(join(functional, name), join(functional, `${start}_space-MNI_res-${resolution}_desc-preproc_bold.nii.gz`));
      }
    }
    const load = (space: string) => loadedFrom([root], { space, sessions: ['ses-perceptionTest01'] });
    await expect(draftFromRecipe(await load('MNI'))).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringMatching(/perceptionTest01\/01 is there in 2 versions: .*res-1.*, .*res-2/) as string,
      hint: 'Say which: "space: MNI:res-1" or "space: MNI:res-2".',
    });
    const draft = await draftFromRecipe(recipeFromMappings({ ...(await load('MNI:res-2')).recipe, regions: { ball: { centre: [0, 0, 0], radius: 500 } } }, '/'));
    const files = draft.provenance.sources.filter(({ path }) => path.endsWith('_bold.nii.gz'));
    expect(files.map(({ path }) => /res-\d/.exec(path)?.[0])).toEqual(['res-2', 'res-2']);
    expect(draft.provenance.recipe.space).toBe('MNI:res-2');
  });

  it('says which files were not fetched, and which sessions there are', async () => {
    const root = copyOfDataset();
    const bold = run(root, 'perceptionTest01', '01', 'bold.nii.gz');
    rmSync(bold);
    symlinkSync('../../../.git/annex/objects/gone', bold);
    const raw = { space: 'raw' };
    const fetchIt = { code: 'FILE_NOT_FOUND', hint: expect.stringContaining('datalad get') as string };
    await expect(draftFromRecipe(await loadedFrom([root], raw))).rejects.toMatchObject(fetchIt);
    rmSync(bold);
    writeFileSync(bold, '/annex/objects/MD5E-s5--0123.nii.gz\n');
    await expect(draftFromRecipe(await loadedFrom([root], raw))).rejects.toMatchObject(fetchIt);
    await expect(draftFromRecipe(await loadedFrom([root], { sessions: [2] }))).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      hint: expect.stringMatching(/^Sessions are .*perceptionTest01/) as string,
    });
  });

  it('asks whose recording is meant when there are several subjects, and says when there is no such one', async () => {
    const root = copyOfDataset();
    cpSync(join(root, 'sub-01'), join(root, 'sub-02'), { recursive: true });
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({ message: `${root} has 2 subjects.` });
    await expect(draftFromRecipe(await loadedFrom([root], { subject: 'sub-7' }))).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      hint: expect.stringContaining('01, 02') as string,
    });
    expect((await draftFromRecipe(await loadedFrom([root], { subject: 'sub-1' }))).subject).toBe('01');
  });

  it('leaves no trace when a run is cut off, or when it is cancelled', async () => {
    const root = copyOfDataset();
    const cut = run(join(root, 'derivatives', 'fmriprep'), 'perceptionTest01', '02', 'desc-preproc_bold.nii.gz');
    const bytes = readFileSync(cut);
    writeFileSync(cut, bytes.subarray(0, bytes.length >> 1));
    const workspace = join(temporaryFolder(), 'workspace');
    await expect(importRecording(workspace, await loadedFrom([root]), options)).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: expect.stringContaining(cut) as string,
    });
    const stop = new AbortController();
    const onProgress = (): void => {
      stop.abort();
    };
    const loaded = await loadedFrom([folder]);
    await expect(
      importRecording(workspace, loaded, { ...options, signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(workspace) ? contents(workspace) : []).toEqual([]);
  });
});

/** A run of two volumes on a grid of its own: two files of one volume have all that it needs but the header. */
function manyVolumes(): Uint8Array {
  const affine = [
    [3, 0, 0, 0],
    [0, 3, 0, 0],
    [0, 0, 3, 0],
  ] as const;
  // Four slices are two volumes of two when the header says so.
  const file = unzip(encodeNiftiVolume({ size: [2, 2, 4], affine }, new Float32Array(16)));
  file.writeInt16LE(4, 40);
  file.writeInt16LE(2, 46);
  file.writeInt16LE(2, 48);
  return file;
}

describe('single runs', () => {
  it('are imported with their events, masks and a folder of images, in the order in which they are named', async () => {
    const files = ['01', '02'].flatMap((number) => ['bold.nii.gz', 'events.tsv'].map((end) => run(folder, 'perceptionTest01', number, end)));
    const confounds = ['01', '02'].map((number) =>
      run(join(derivatives, 'fmriprep'), 'perceptionTest01', number, 'desc-confounds_timeseries.tsv'),
    );
    const mask = join(derivatives, 'regions', 'sub-01', 'func', 'sub-01_space-func_label-V1_mask.nii.gz');
    const paths = [...files, ...confounds, mask, join(folder, 'stimuli')];
    const loaded = await loadedFrom(paths);
    expect(loaded.recipe.format).toBe('runs');
    const { draft, scans } = await readImport(loaded);
    expect([draft.sampleCount, draft.voxelCount, draft.regions[0].name]).toEqual([8, 12, 'V1']);
    expect(draft.columns.run).toEqual(['1', '1', '1', '1', '2', '2', '2', '2']);
    expect(scans?.runs.map(({ confounds: columns }) => columns)).toEqual([17, 17]);
    const dataset = await draftFromRecipe(await loadedFrom([folder], { space: 'raw', sessions: ['perceptionTest01'], regions: { V1: { mask } } }));
    expect(draft.voxels).toEqual(dataset.voxels);
  });

  it('find their own events and confounds, in whatever order files were chosen', async () => {
    const root = writeTree(temporaryFolder(), {
      'run2.nii': manyVolumes(),
      'run10.nii': manyVolumes(),
      'events_run10.tsv': 'duration\tonset\n1\t0\n',
      'events_run02.tsv': 'duration\tonset\n1\t0\n',
      'motion-10.1D': '1 2\n3 4\n',
      'motion-02.1D': '1 2\n3 4\n',
    });
    const { recipe } = await recogniseFiles(readdirSync(root).map((name) => join(root, name)));
    const paths = (...names: readonly string[]) => names.map((name) => join(root, name));
    const named = ([volumes, events, confounds]: readonly string[]) => ({ volumes, events, confounds });
    expect(recipe.runs).toEqual([
      named(paths('run10.nii', 'events_run10.tsv', 'motion-10.1D')),
      named(paths('run2.nii', 'events_run02.tsv', 'motion-02.1D')),
    ]);
  });

  it('may be a pair of files, named both', async () => {
    const { hdr, img } = niftiPair({ shape: [2, 2, 2, 3] });
    const root = writeTree(temporaryFolder(), { 'run.hdr': hdr, 'run.img': img });
    const { recipe } = await recogniseFiles([join(root, 'run.img'), join(root, 'run.hdr')]);
    expect(recipe).toMatchObject({ format: 'runs', runs: [{ volumes: join(root, 'run.hdr') }] });
  });

  it('that cannot be read are refused with the reason, not as something else', async () => {
    const root = writeTree(temporaryFolder(), {
      'run.nii': niftiBytes({ datatypeCode: 32 }),
      'run.tsv': 'onset\tduration\n0\t1\n',
    });
    const loaded = await loadedFrom([join(root, 'run.nii'), join(root, 'run.tsv')]);
    await expect(draftFromRecipe(loaded)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('complex numbers') as string,
    });
  });

  it('need to know which voxels, and how far apart volumes are', async () => {
    const paths = ['bold.nii.gz', 'events.tsv'].map((end) => run(folder, 'perceptionTest01', '01', end));
    await expect(draftFromRecipe(await loadedFrom(paths))).rejects.toMatchObject({ code: 'INVALID_RECIPE', hint: expect.stringContaining('mask') as string });
    const root = temporaryFolder();
    const bare = join(root, 'run.nii');
    writeFileSync(bare, manyVolumes());
    renameSync(bare, join(root, 'r.nii'));
    const sphere = { regions: { ball: { centre: [0, 0, 0], radius: 1 } } };
    await expect(draftFromRecipe(await loadedFrom([join(root, 'r.nii'), paths[1]], sphere))).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringContaining('how many seconds') as string,
    });
  });
});

describe('runs that git-annex has not fetched', () => {
  const unfetched = (): string => {
    const root = writeTree(temporaryFolder(), { 'events.tsv': 'onset\tduration\n0\t1\n', 'run-01_bold.nii': manyVolumes() });
    for (let number = 2; number <= 13; number++) {
      symlinkSync('../.git/annex/objects/gone', join(root, `run-${String(number).padStart(2, '0')}_bold.nii`));
    }
    return root;
  };

  it('are listed in one error, ten by name, in the dry run as well', async () => {
    const root = unfetched();
    const loaded = await loadedFrom(readdirSync(root).map((name) => join(root, name)));
    expect(loaded.recipe).toMatchObject({ format: 'runs', runs: { length: 13 } });
    const sphere = { ...loaded, recipe: { ...loaded.recipe, regions: { ball: { centre: [0, 0, 0], radius: 9 } }, repetitionTime: 2 } } as LoadedRecipe;
    const refused = {
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/^The content of 12 of 13 runs was not fetched: 2 \(.*run-02_bold\.nii\), .*run-11_bold\.nii\), and 2 more\.$/) as string,
      hint: expect.stringContaining('datalad get') as string,
    };
    await expect(draftFromRecipe(sphere)).rejects.toMatchObject(refused);
    await expect(recogniseImport(sphere)).rejects.toMatchObject(refused);
  });

  it('are listed for the layout of OpenfMRI as well', async () => {
    const events = 'onset\tduration\n0\t1\n';
    const bold = (number: number): string => `sub001/BOLD/task001_run00${number}`;
    const root = writeTree(temporaryFolder(), Object.fromEntries([1, 2].map((number) => [`${bold(number)}/bold_events.tsv`, events])));
    for (const number of [1, 2]) symlinkSync('../.git/annex/objects/gone', join(root, bold(number), 'bold.nii.gz'));
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({
      message: expect.stringContaining('2 of 2 runs was not fetched') as string,
    });
  });
});

describe('the picture of the regions', () => {
  it('shows right on the right, whichever way the file stores it', async () => {
    const grid = (sign: 1 | -1) => ({
      shape: [20, 4, 4] as const,
      affine: [
        [sign * 3, 0, 0, sign * -30],
        [0, 3, 0, 0],
        [0, 0, 3, 0],
        [0, 0, 0, 1],
      ] as const,
    });
    const root = temporaryFolder();
    const redAt = async (sign: 1 | -1): Promise<number> => {
      // A region in the right half: at the end of the file's axis, or at its beginning.
      const voxels = [...Array(320).keys()].filter((index) => (sign === 1 ? index % 20 > 16 : index % 20 < 4));
      const path = join(root, `${sign}.png`);
      const volume = { grid: grid(sign), mean: new Float32Array(320).fill(1), voxels };
      await writeSlicesPicture(path, volume, [{ name: 'R', voxels: voxels.map((_, column) => column) }]);
      const picture = await decodeImage(path);
      const columns = Array.from({ length: 320 }, (_, x) => x).filter((x) => {
        const at = (30 * picture.width + x) * 3;
        return picture.data[at] > 0.8 && picture.data[at + 1] < 0.5;
      });
      return mean(columns);
    };
    const [stored, mirrored] = [await redAt(1), await redAt(-1)];
    expect(stored).toBeGreaterThan(200);
    expect(mirrored).toBeGreaterThan(200);
  });
});

describe.skipIf(!hasShared)(`the twelve Haxby runs (skipped when ${sharedAbsent})`, () => {
  it('import as OpenfMRI with events, masks at 25 mm, without images, and can be left out run by run', async () => {
    const root = join(temporaryFolder(), 'workspace');
    const loaded = await loadedFrom([sharedPath('data', 'haxby2001')]);
    const { report } = await recogniseImport(loaded);
    expect(report).toMatchObject({ format: 'OpenfMRI', samples: 96, stimuli: { count: 0 } });
    expect(report.scans?.runs.map(({ run: label, volumes, events }) => [label, volumes, events])).toEqual(
      Array.from({ length: 12 }, (_, i) => [String(i + 1), 121, 8]),
    );
    expect(report.regions).toEqual([
      { name: 'gray', voxels: 28 },
      { name: 'hoc', voxels: 45 },
      { name: 'vt', voxels: 1 },
      { name: 'white', voxels: 34 },
    ]);
    expect(report.possibleSplits).toContainEqual({ kind: 'leave-run-out', folds: 12 });
    const metadata = await importRecording(root, loaded, options);
    const { train, test } = resolveSplit(metadata, { kind: 'leave-run-out', fold: 11 }, []);
    expect([train.length, test.length]).toEqual([88, 8]);
    expect(test.map((sample) => metadata.columns.run?.[sample])).toEqual(Array<string>(8).fill('12'));
    expect(new Set(test.map((sample) => metadata.columns.category?.[sample]))).toEqual(
      new Set(['scissors', 'face', 'cat', 'shoe', 'house', 'scrambledpix', 'bottle', 'chair']),
    );
  });
});
