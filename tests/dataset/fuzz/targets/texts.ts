/** What people write: tables, sidecars, recipes, expressions. */
import { join } from 'node:path';
import { readConfounds } from '../../../../src/main/dataset/bids/confounds-file.ts';
import { readEvents } from '../../../../src/main/dataset/bids/events-file.ts';
import { inheritedMetadata } from '../../../../src/main/dataset/bids/inheritance.ts';
import { openBidsFolder, readDescription } from '../../../../src/main/dataset/bids/bids-folder.ts';
import { readTable } from '../../../../src/main/dataset/bids/table.ts';
import { checkRecipe, readRecipe } from '../../../../src/main/dataset/import/load-recipe.ts';
import { evaluateRegionExpression } from '../../../../src/main/dataset/region-expression.ts';
import { parseSelector } from '../../../../src/main/dataset/selector/parse-selector.ts';
import { applyMappings } from '../../../../src/main/services/recipe-mappings.ts';
import { damageText, pick } from '../damage.ts';
import type { Input, Target } from '../target.ts';

function file(
  name: string,
  share: number,
  path: string,
  sound: readonly string[],
  read: (path: string, folder: string) => unknown,
): Target {
  return {
    name,
    share,
    damaged: (random) => ({ [path]: damageText(pick(random, sound), random) }),
    read: (folder) => read(join(folder, path), folder),
  };
}

/** Of what has no file: an error need not name one. */
function words(name: string, share: number, sound: readonly string[], read: (text: string) => unknown): Target {
  const textOf = (input: Input): string => String(input.text);
  return {
    name,
    share,
    damaged: (random) => ({ text: damageText(pick(random, sound), random) }),
    read: (_, input) => read(textOf(input)),
    named: () => true,
  };
}

const events = [
  'onset\tduration\ttrial_type\tstim_file\n0.0\t2\tface\tface1.png\n4.5\t2\thouse\thouse1.png\n-1\tn/a\trest\tn/a\n',
  'onset\tduration\n0\t1\n2\t1\n4\t1\n',
];
const confounds = ['trans_x\trot_x\ta_comp_cor_00\n0.1\t0.01\tn/a\n0.2\t0.02\t1e-3\n', '0.1 0.2 0.3\n-0.1 0 1e-4\n'];
const sidecars = [
  '{"RepetitionTime": 2.0, "TaskName": "faces", "SliceTiming": [0, 1]}',
  '{"a": {"b": [1, {"c": null}]}}',
];

const recipes = [
  'subject: S1\nfile: data.npz\nvoxels: { array: voxels, layout: samples-by-voxels }\nimages: { folder: stimuli }\nregions:\n  V1: { mask: is_V1 }\n  V2: { indices: V2, base: 1 }\ncolumns:\n  run: run\n  set: { array: set, train: 1, test: 2 }\n',
  'format: bdata\nsubject: S1\nfile: Subject1.h5\nvoxels: VoxelData - ROI_FFA\nregions: { V1: ROI_V1, early: ROI_V1 + ROI_V2 }\ncolumns:\n  stimulus: { key: stimulus_id, as: wordnet }\n',
  'format: nsd\nsubject: subj01\nfiles: { betas: a.hdf5, responses: r.tsv }\nmask: { volume: m.nii.gz }\nregions: { V1: { volume: prf.nii.gz, labels: [1, 2] } }\n',
  'format: bids\nfolder: ds\nsubject: "01"\nsteps:\n  - { step: confounds, columns: [trans_x] }\n  - step: detrend\n  - step: general-linear-model\n  - step: z-score\nregions: { FFA: { centre: [40, -52, -18], radius: 8 } }\n',
  'format: runs\nrepetitionTime: 2\nruns:\n  - { volumes: run1.nii.gz, events: run1.tsv, session: day1 }\nregions: { V1: { mask: V1.nii.gz } }\n',
  'a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n',
  '{"subject": "S1", "file": "data.mat", "voxels": "R2", "images": {"array": "I2", "layout": "pixels-by-images"}}',
];

const expressions = ['(V1 + V2) - "V 4" & LOC', "V* | 'left V1' - (V2 & (V1 + V2))", 'ROI_V1 = 1', '((((V1))))'];

const regions = ['V1', 'V2', 'V 4', 'LOC', 'left V1'].map((name, i) => ({ name, voxels: [i, i + 1, i + 2] }));

export function textTargets(): Target[] {
  const sidecar = 'sub-01/func/sub-01_task-faces_bold.json';
  return [
    file('events.tsv', 6, 'sub-01_events.tsv', events, (path) => {
      const table = readTable(path);
      const column = (name: string): string | null => (table.names.includes(name) ? name : null);
      readEvents(table, { stimulus: column('stim_file'), category: column('trial_type'), ignore: ['rest'] });
    }),
    file('confounds', 6, 'sub-01_desc-confounds_timeseries.tsv', confounds, (path) => readConfounds(path)),
    file('JSON sidecars', 5, sidecar, sidecars, (_, folder) => {
      const dataset = openBidsFolder(folder, '01');
      for (const { path, ...found } of dataset.files)
        inheritedMetadata(dataset, { ...found, path, suffix: 'bold', extension: '.json' });
    }),
    file(
      'dataset_description.json',
      3,
      'dataset_description.json',
      ['{"Name": "x", "BIDSVersion": "1.8.0", "DatasetType": "raw", "GeneratedBy": [{"Name": "fMRIPrep"}]}'],
      (_, folder) => readDescription(folder),
    ),
    file('recipes', 8, 'recipe.yaml', recipes, (path) => readRecipe(path)),
    words('mappings', 3, ['R2', '[0, 255]', '{ folder: stimuli }', 'voxels-by-samples', '"quoted"', '0x1f'], (text) => {
      const [path, value = text] = text.split('=', 2);
      checkRecipe(applyMappings({ file: 'a.npz' }, { [path]: value, 'voxels.layout': text }), 'The mapping');
    }),
    words('selectors', 5, expressions, parseSelector),
    words('region expressions', 5, expressions, (text) =>
      evaluateRegionExpression(text, regions, 10, 'The recording s1'),
    ),
  ];
}
