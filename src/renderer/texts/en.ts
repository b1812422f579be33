/** Every text of the interface, in English. A translation is another file of this shape. */
import type { Method, MetricName } from '../../shared/evaluation.ts';
import type { ExperimentPhase, ExperimentState } from '../../shared/experiment.ts';
import { experimentTexts } from './experiment.ts';
import { galleryTexts } from './gallery.ts';
import { compareTexts, historyTexts } from './history.ts';
import { regionTexts } from './regions.ts';
import { settingsTexts } from './settings.ts';
import { trainTexts } from './train.ts';

const methods: Record<Method, string> = {
  gan: 'Reconstruction',
  ridge: 'Ridge',
  'mean-image': 'Mean image',
  'nearest-training-image': 'Nearest training image',
  'shuffled-voxels': 'Shuffled voxels',
};

/** In the order in which scores are listed. */
const metrics: Record<MetricName, { title: string; text: string; digits: number }> = {
  'two-way-identification': {
    title: '2-way identification',
    text: 'How often a reconstruction correlates more with its own stimulus than with another one. Chance is 0.5.',
    digits: 3,
  },
  'ten-way-top-1': { title: '10-way top 1', text: 'How often the right stimulus comes first among it and nine others.', digits: 3 },
  'ten-way-top-5': { title: '10-way top 5', text: 'How often it is among the first five of ten.', digits: 3 },
  'retrieval-rank': { title: 'Retrieval rank', text: 'Where the right stimulus stands among all; 1 is best.', digits: 2 },
  'pixel-correlation': { title: 'Pixel correlation', text: 'Pearson r over all pixels and channels.', digits: 3 },
  ssim: { title: 'SSIM', text: 'Structural similarity of the grey images.', digits: 3 },
  mse: { title: 'MSE', text: 'Mean squared error on [0, 1]. Smaller is better.', digits: 4 },
  psnr: { title: 'PSNR (dB)', text: 'Peak signal-to-noise ratio.', digits: 2 },
};

const states: Record<ExperimentState, string> = {
  created: 'not started',
  running: 'running',
  paused: 'paused',
  interrupted: 'interrupted',
  stopped: 'stopped',
  completed: 'completed',
  failed: 'failed',
};

const phases: Record<ExperimentPhase, string> = {
  preparing: 'Preparing data',
  'image-encoder': 'Training the image encoder',
  training: 'Training',
  'training-control': 'Training the shuffled control',
  reconstructing: 'Drawing reconstructions',
  evaluating: 'Scoring',
  finished: 'Finished',
};

export const texts = {
  product: 'Cortext',
  navigation: {
    label: 'Pages',
    library: 'Library',
    train: 'Train',
    history: 'History',
    settings: 'Settings',
  },
  connection: {
    lost: 'The connection to Cortext is lost. Trainings go on; this window connects again by itself.',
  },
  notFound: { title: 'Nothing is here', text: 'The address leads to no page.' },
  methods,
  stimulus: 'Stimulus',
  metrics,
  legend: {
    label: 'What the colours mean',
    better: 'better than chance',
    notBetter: 'may be chance',
    best: 'the best',
    others: 'the others',
    interval: '95 % interval over stimuli',
    chance: 'what random assignment reaches, from its mean to its 95th percentile',
  },
  states,
  phases,
  queue: {
    left: (n: number) =>
      n === 1
        ? 'An experiment was training or waiting when Cortext ended'
        : `${n.toLocaleString('en')} experiments were training or waiting when Cortext ended`,
    andMore: (n: number) => ` and ${n.toLocaleString('en')} more`,
    nothingStarts: 'Nothing trains before you say so; each can be started from its own page at any time.',
    goOn: 'Go on in their order',
    letBe: 'Let them be',
  },
  errors: { retry: 'Try again' },
  cancel: 'Cancel',
  library: {
    title: 'Library',
    subtitle: 'Recordings of this workspace. A recording never changes: train on it as often as you like.',
    emptyTitle: 'No recording yet',
    demoCommand: 'npm run demo',
    samples: 'samples',
    voxels: 'voxels',
    stimuli: 'stimuli',
    regions: 'Regions',
    experiments: (n: number) => (n === 0 ? 'No experiment yet' : n === 1 ? '1 experiment' : `${n.toLocaleString('en')} experiments`),
    train: 'Train',
    details: 'Details',
    pictures: (name: string) => `First stimuli of ${name}`,
    contentHash: 'Content hash',
    sources: 'Source files',
    preprocessing: 'Preprocessing',
    quality: 'Quality',
    none: 'none recorded',
    outliers: (constant: number, outlier: number) =>
      `${constant.toLocaleString('en')} constant voxels, ${outlier.toLocaleString('en')} with values beyond 20 standard deviations`,
  },
  regions: regionTexts,
  train: trainTexts,
  experiment: experimentTexts,
  gallery: galleryTexts,
  history: historyTexts,
  compare: compareTexts,
  settings: settingsTexts,
} as const;
