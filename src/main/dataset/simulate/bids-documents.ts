/** The texts of a simulated BIDS dataset: what it is, who took part, what the columns of its tables mean. */
import { join } from 'node:path';
import { simulatedRegionNames, type SimulationOptions } from './options.ts';
import type { ScanOptions } from './scanner/scan-options.ts';

export const bidsFacts = { subject: '01', task: 'perception', anatomicalSession: 'anatomy' } as const;

const BIDS_VERSION = '1.8.0';

/** @returns the text of every file, by its path in the dataset */
export function datasetDocuments(options: SimulationOptions, scan: ScanOptions): Record<string, string> {
  const { task, subject } = bidsFacts;
  const generator = [{ Name: 'Cortext', Description: 'Simulation: no person was scanned' }];
  const derivative = (name: string): string =>
    json({ Name: name, BIDSVersion: BIDS_VERSION, DatasetType: 'derivative', GeneratedBy: generator });
  const labels = ['index\tname', ...simulatedRegionNames.map((name, index) => `${index + 1}\t${name}`)].join('\n');
  const regions = join('derivatives', 'regions');
  const tableOf = (kind: string, space: string): string =>
    join(regions, `sub-${subject}`, kind, `sub-${subject}_space-${space}_desc-visual_dseg.tsv`);
  return {
    'dataset_description.json': json({
      Name: `Simulated subject, seed ${options.seed}`,
      BIDSVersion: BIDS_VERSION,
      DatasetType: 'raw',
      License: 'CC0',
      Authors: ['Cortext'],
      Acknowledgements: 'Nobody was scanned: pictures, cortex, scanner and noise are computed.',
    }),
    README: readme(options, scan),
    CHANGES: '1.0.0 2000-01-01\n  - First version.\n',
    'participants.tsv': `participant_id\tage\tsex\nsub-${subject}\tn/a\tn/a\n`,
    'participants.json': json({
      participant_id: { Description: 'Unique label of the subject' },
      age: { Description: 'Age: a simulated subject has none', Units: 'year' },
      sex: { Description: 'Sex: a simulated subject has none' },
    }),
    [`task-${task}_bold.json`]: json({
      TaskName: task,
      TaskDescription: 'Pictures of objects, faces and scenes, looked at while fixating.',
      RepetitionTime: scan.repetitionTime,
      Manufacturer: 'Cortext',
      MagneticFieldStrength: 3,
      EchoTime: 0.03,
      FlipAngle: 80,
    }),
    [`task-${task}_events.json`]: json({
      onset: { Description: 'Onset of the picture after the first volume', Units: 's' },
      duration: { Description: 'How long the picture was shown', Units: 's' },
      trial_type: { Description: 'Category of the picture' },
      stim_file: { Description: 'File of the picture in the folder stimuli' },
    }),
    [join('derivatives', 'fmriprep', 'dataset_description.json')]: derivative('fMRIPrep-like derivatives'),
    [join(regions, 'dataset_description.json')]: derivative('Regions of visual cortex'),
    [join('derivatives', 'simulation', 'dataset_description.json')]: derivative('What only a simulation knows'),
    [tableOf('anat', 'T1w')]: `${labels}\n`,
    [tableOf('func', 'func')]: `${labels}\n`,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readme(options: SimulationOptions, scan: ScanOptions): string {
  const { trainingCategories, exemplars, testCategories, testRepetitions, seed } = options;
  return `Simulated subject, seed ${seed}

Nobody was scanned. A model of visual cortex looks at ${trainingCategories * exemplars} training pictures once each
and at ${testCategories} test pictures ${testRepetitions} times each; a model of a scanner takes a volume every
${scan.repetitionTime} s. A picture is shown for ${scan.stimulusSeconds} s, followed by ${scan.restSeconds} s of rest.

sub-01           runs with their events, and an anatomy
stimuli          the pictures
derivatives/fmriprep    brain masks and confounds of every run
derivatives/regions     ${simulatedRegionNames.join(', ')}: on the grid of the runs and on that of the anatomy
derivatives/simulation  the truth: noiseless responses, receptive fields, noise ceilings
`;
}
