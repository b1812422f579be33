import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBidsFolder, subjectsOf } from '../../../src/main/dataset/bids/bids-folder.ts';
import { parseBidsName } from '../../../src/main/dataset/bids/bids-name.ts';
import { readConfounds, usualConfounds } from '../../../src/main/dataset/bids/confounds-file.ts';
import { readEvents } from '../../../src/main/dataset/bids/events-file.ts';
import { findRegionSets } from '../../../src/main/dataset/bids/find-regions.ts';
import { findRuns } from '../../../src/main/dataset/bids/find-runs.ts';
import { readConditions, readOpenfmriSubject } from '../../../src/main/dataset/bids/openfmri.ts';
import { parseTable, readTable } from '../../../src/main/dataset/bids/table.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tsv, writeTree } from './files.ts';

describe('names of BIDS files', () => {
  it.each([
    ['sub-01_ses-2_task-rest_run-03_bold.nii.gz', { sub: '01', ses: '2', task: 'rest', run: '03' }, 'bold', '.nii.gz'],
    ['task-rest_bold.json', { task: 'rest' }, 'bold', '.json'],
    ['sub-01_task-x_bold_confounds.tsv', { sub: '01', task: 'x' }, 'bold_confounds', '.tsv'],
    ['participants.tsv', {}, 'participants', '.tsv'],
  ])('%s', (name, entities, suffix, extension) => {
    expect(parseBidsName(name)).toEqual({ entities, suffix, extension });
  });

  it.each(['README', '.bidsignore', 'sub-01_notes about it_bold.nii', 'sub-01'])('%s is none', (name) => {
    expect(parseBidsName(name)).toBeNull();
  });
});

describe('folders of a dataset', () => {
  it('may be links to another disk, also in circles: no session is lost', () => {
    const elsewhere = writeTree(temporaryFolder(), {
      'sub-01/ses-1/func/sub-01_ses-1_task-x_run-1_bold.nii.gz': '',
      'later/func/sub-01_ses-2_task-x_run-1_bold.nii.gz': '',
    });
    const root = temporaryFolder();
    symlinkSync(join(elsewhere, 'sub-01'), join(root, 'sub-01'));
    symlinkSync(join(elsewhere, 'later'), join(elsewhere, 'sub-01', 'ses-2'));
    symlinkSync(root, join(elsewhere, 'sub-01', 'ses-3'));
    expect(subjectsOf(root)).toEqual(['01']);
    expect(findRuns(openBidsFolder(root, '01'), []).map(({ session }) => session)).toEqual(['1', '2']);
  });
});

describe('tables of events', () => {
  const columns = { stimulus: 'stim_file', category: 'trial_type', ignore: ['rest'] };

  it('keep negative onsets, take n/a for missing, leave rest out, and come in the order of time', () => {
    const table = parseTable(
      tsv(
        ['onset', 'duration', 'trial_type', 'stim_file', 'response'],
        [12, 'n/a', 'face', 'a.png', 'left'],
        [-1.5, 2, 'house', 'n/a', 'n/a'],
        ['n/a', 2, 'face', 'b.png', 'left'],
        [6, 2, 'rest', 'n/a', 'n/a'],
      ),
      'events.tsv',
    );
    expect(readEvents(table, columns)).toEqual([
      { onset: -1.5, duration: 2, trialType: 'house', stimulus: null, columns: { onset: '-1.5', duration: '2', trial_type: 'house' } },
      {
        onset: 12,
        duration: 0,
        trialType: 'face',
        stimulus: 'a.png',
        columns: { onset: '12', trial_type: 'face', stim_file: 'a.png', response: 'left' },
      },
    ]);
  });

  it('may be written on Windows, with a mark of the byte order', () => {
    const table = parseTable('\uFEFFonset\tduration\r\n1\t2\r\n\r\n', 'events.tsv');
    expect(readEvents(table, { stimulus: null, category: null, ignore: [] })).toMatchObject([{ onset: 1, duration: 2 }]);
  });

  it.each([
    ['in quotes', Buffer.from('"onset"\t"duration"\t"stim_file"\n"1"\t"2"\t"a ""b"".png"\n')],
    ['with empty columns behind', Buffer.from('onset\tduration\tstim_file\t\t\r\n1\t2\ta "b".png\t\t\r\n')],
    ['in UTF-16', Buffer.from('\uFEFFonset\tduration\tstim_file\r\n1\t2\ta "b".png\r\n', 'utf16le')],
  ])('may come from a spreadsheet, %s', (_, bytes) => {
    const root = writeTree(temporaryFolder(), { 'events.tsv': bytes });
    const table = readTable(join(root, 'events.tsv'));
    expect(table).toMatchObject({ names: ['onset', 'duration', 'stim_file'], rows: [['1', '2', 'a "b".png']] });
  });

  it.each([
    ['an onset that is no number', tsv(['onset', 'duration'], ['soon', 1]), 'FILE_DAMAGED', 'row 1: the onset is soon'],
    ['a negative duration', tsv(['onset', 'duration'], [1, -1]), 'FILE_DAMAGED', 'row 1: the duration is -1'],
    ['a cell too few', tsv(['onset', 'duration'], [1]), 'FILE_DAMAGED', 'row 1, has 1 cells'],
    ['two columns of one name', tsv(['onset', 'onset'], [1, 1]), 'FILE_DAMAGED', 'two columns called onset'],
    ['no onsets', tsv(['time'], [1]), 'ARRAY_MISSING', 'has no column onset'],
  ])('are refused with %s', (_, text, code, message) => {
    const read = () => readEvents(parseTable(text, 'events.tsv'), { stimulus: null, category: null, ignore: [] });
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }));
  });
});

describe('runs of a BIDS dataset', () => {
  const dataset = (files: Readonly<Record<string, string>>): string =>
    writeTree(temporaryFolder(), {
      'dataset_description.json': '{"Name":"D","BIDSVersion":"1.8.0"}',
      ...files,
    });
  const runsOf = (root: string, ...derivatives: string[]) =>
    findRuns(
      openBidsFolder(root, '01'),
      derivatives.map((path) => openBidsFolder(join(root, path), '01')),
    );

  it('inherit what sidecars above them say; the nearer one has the last word', () => {
    const root = dataset({
      'task-see_bold.json': '{"RepetitionTime": 2, "StartTime": 1}',
      'task-other_bold.json': '{"RepetitionTime": 9}',
      'sub-01/sub-01_task-see_bold.json': '{"RepetitionTime": 1.5}',
      'sub-01/func/sub-01_task-see_run-1_bold.nii.gz': '',
      'sub-01/func/sub-01_task-see_run-2_bold.nii.gz': '',
      'sub-01/func/sub-01_task-see_run-2_bold.json': '{"RepetitionTime": 0.8}',
      'sub-02/func/sub-02_task-see_run-1_bold.nii.gz': '',
    });
    expect(runsOf(root).map(({ name, repetitionTime, startTime }) => [name, repetitionTime, startTime])).toEqual([
      ['1', 1.5, 1],
      ['2', 0.8, 1],
    ]);
  });

  it('come in the order of their numbers, with the events of their own or of all', () => {
    const root = dataset({
      'task-see_events.tsv': tsv(['onset', 'duration']),
      'sub-01/ses-b/func/sub-01_ses-b_task-see_run-10_bold.nii.gz': '',
      'sub-01/ses-b/func/sub-01_ses-b_task-see_run-9_bold.nii.gz': '',
      'sub-01/ses-b/func/sub-01_ses-b_task-see_run-9_events.tsv': tsv(['onset', 'duration']),
      'sub-01/ses-b/func/sub-01_ses-b_task-see_run-9_sbref.nii.gz': '',
      'sub-01/ses-a/func/sub-01_ses-a_task-rest_bold.nii.gz': '',
    });
    expect(
      runsOf(root).map(({ session, task, name, events }) => [session, task, name, events && relative(root, events)]),
    ).toEqual([
      ['a', 'rest', '1', null],
      ['b', 'see', '9', join('sub-01', 'ses-b', 'func', 'sub-01_ses-b_task-see_run-9_events.tsv')],
      ['b', 'see', '10', 'task-see_events.tsv'],
    ]);
  });

  it.each([
    ['since 20.0', 'desc-confounds_timeseries', 'desc-preproc_bold'],
    ['since 1.1', 'desc-confounds_regressors', 'desc-preproc_bold'],
    ['before', 'bold_confounds', 'desc-preproc_bold'],
  ])('find the confounds that fMRIPrep wrote (%s), and events and timing of the raw run', (_, confounds, bold) => {
    const name = 'sub-01_task-see_run-1';
    const root = dataset({
      [`sub-01/func/${name}_bold.nii.gz`]: '',
      [`sub-01/func/${name}_bold.json`]: '{"RepetitionTime": 2}',
      [`sub-01/func/${name}_events.tsv`]: tsv(['onset', 'duration']),
      'derivatives/fmriprep/dataset_description.json': '{"Name":"fMRIPrep","DatasetType":"derivative"}',
      [`derivatives/fmriprep/sub-01/func/${name}_${confounds}.tsv`]: tsv(['csf'], [1]),
      [`derivatives/fmriprep/sub-01/func/sub-01_task-see_run-2_${confounds}.tsv`]: tsv(['csf'], [1]),
      [`derivatives/fmriprep/sub-01/func/${name}_space-T1w_${bold}.nii.gz`]: '',
      [`derivatives/fmriprep/sub-01/func/${name}_space-T1w_boldref.nii.gz`]: '',
      [`derivatives/fmriprep/sub-01/func/${name}_space-T1w_desc-brain_mask.nii.gz`]: '',
    });
    const runs = runsOf(root, 'derivatives/fmriprep');
    expect(runs.map(({ space, repetitionTime }) => [space, repetitionTime])).toEqual([
      ['raw', 2],
      ['T1w', 2],
    ]);
    for (const run of runs) {
      expect(run.events).toBe(join(root, 'sub-01', 'func', `${name}_events.tsv`));
      expect(run.confounds).toBe(join(root, 'derivatives', 'fmriprep', 'sub-01', 'func', `${name}_${confounds}.tsv`));
    }
    expect(runs.map(({ brainMask }) => brainMask !== null)).toEqual([false, true]);
  });

  it('do not swallow a sidecar that is no JSON', () => {
    const root = dataset({ 'task-see_bold.json': '{', 'sub-01/func/sub-01_task-see_bold.nii.gz': '' });
    expect(() => runsOf(root)).toThrow(
      expect.objectContaining({ code: 'FILE_DAMAGED', message: expect.stringContaining('task-see_bold.json') as string }),
    );
  });

  it('belong to subjects with a folder', () => {
    const root = dataset({ 'sub-02/x': '', 'sub-10/x': '', 'sub-01.html': '', 'sourcedata/sub-03/x': '' });
    expect(subjectsOf(root)).toEqual(['02', '10']);
  });
});

describe('regions among derivatives', () => {
  it('are masks of one space together, atlases with a table, and last the parcellations of everybody', () => {
    const root = writeTree(temporaryFolder(), {
      'desc-aparcaseg_dseg.tsv': tsv(['index', 'name']),
      'sub-01/anat/sub-01_desc-aparcaseg_dseg.nii.gz': '',
      'sub-01/anat/sub-01_dseg.nii.gz': '',
      'sub-01/anat/sub-01_desc-visual_dseg.nii.gz': '',
      'sub-01/anat/sub-01_desc-visual_dseg.tsv': tsv(['index', 'name']),
      'sub-01/func/sub-01_space-T1w_hemi-L_label-V1_mask.nii.gz': '',
      'sub-01/func/sub-01_space-T1w_hemi-R_label-V1_mask.nii.gz': '',
      'sub-01/func/sub-01_space-MNI_label-V1_mask.nii.gz': '',
      'sub-01/func/sub-01_desc-brain_mask.nii.gz': '',
    });
    const sets = findRegionSets([openBidsFolder(root, '01')]);
    expect(sets.map(({ space, masks, atlas, isWholeBrain }) => [space, masks.length, atlas && relative(root, atlas.table), isWholeBrain])).toEqual([
      ['MNI', 1, null, false],
      ['T1w', 2, null, false],
      ['native', 0, join('sub-01', 'anat', 'sub-01_desc-visual_dseg.tsv'), false],
      ['native', 0, 'desc-aparcaseg_dseg.tsv', true],
    ]);
  });
});

describe('confounds', () => {
  it('are read with n/a as missing, and motion without a header gets names', () => {
    const root = writeTree(temporaryFolder(), {
      'c.tsv': tsv(['csf', 'framewise_displacement'], [1, 'n/a'], [2, 0.1]),
      'bold_moest.txt': '-0.1  0.2 0.3 0.4 0.5 0.6  \n0.1 0.2 0.3 0.4 0.5 0.6\n',
      'bad.tsv': tsv(['csf'], ['much']),
      'motion.1D': '# 3dvolreg matrices\n0.1 0.2 0.3 0.4 0.5 0.6\n',
    });
    const table = readConfounds(join(root, 'c.tsv'));
    expect([...table.framewise_displacement]).toEqual([NaN, 0.1]);
    const motion = readConfounds(join(root, 'bold_moest.txt'));
    expect(Object.keys(motion)).toHaveLength(6);
    expect([...motion.motion_1]).toEqual([-0.1, 0.1]);
    expect(() => readConfounds(join(root, 'bad.tsv'))).toThrow(expect.objectContaining({ code: 'FILE_DAMAGED' }));
    expect(() => readConfounds(join(root, 'motion.1D'))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/motion\.1D.*AFNI/) as string,
        hint: expect.stringContaining('lines with # out') as string,
      }),
    );
  });

  it.each([
    ['trans_x trans_y trans_z rot_x rot_y rot_z', 'a_comp_cor_0'],
    ['X Y Z RotX RotY RotZ', 'aCompCor0'],
  ])('usually regressed are motion and five components: %s', (motion, component) => {
    const components = [6, 5, 4, 3, 2, 1, 0].map((i) => `${component}${i}`);
    const names = ['csf', ...components, ...motion.split(' '), 'framewise_displacement'];
    expect(usualConfounds(names)).toEqual([...motion.split(' '), ...components.slice(2).reverse()]);
    expect(usualConfounds(['csf'])).toEqual([]);
  });
});

describe('a dataset in the layout of OpenfMRI', () => {
  it('tells runs, tasks, the repetition time, masks, and events by condition', () => {
    const root = writeTree(temporaryFolder(), {
      'scan_key.txt': 'TR 2.5\n',
      'task_key.txt': 'task001 object viewing\n',
      'models/model001/condition_key.txt': 'task001 cond001 face\ntask001 cond002 old house\n',
      'sub001/BOLD/task001_run001/bold.nii.gz': '',
      'sub001/BOLD/task001_run002/bold.nii.gz': '',
      'sub001/BOLD/task001_run002/bold_events.tsv': tsv(['onset', 'duration']),
      'sub001/model/model001/onsets/task001_run001/cond001.txt': '30 10 1\n10\t5\t1\n',
      'sub001/model/model001/onsets/task001_run001/cond002.txt': '20 10 1\n',
      'sub001/masks/3mm/vt.nii.gz': '',
    });
    const subject = readOpenfmriSubject(root, 'sub001');
    expect(subject).toMatchObject({ repetitionTime: 2.5, masks: [{ files: [join(root, 'sub001/masks/3mm/vt.nii.gz')] }] });
    expect(subject.tasks.get('001')).toBe('object viewing');
    expect(subject.runs.map(({ run, events }) => [run, events !== null])).toEqual([
      ['001', false],
      ['002', true],
    ]);
    expect(readConditions(subject.runs[0].conditions)).toEqual([
      { onset: 10, duration: 5, trialType: 'face', stimulus: null },
      { onset: 20, duration: 10, trialType: 'old house', stimulus: null },
      { onset: 30, duration: 10, trialType: 'face', stimulus: null },
    ]);
  });
});
