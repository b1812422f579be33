/** Methods, metrics and numbers as the reports say them. */
import { smallerIsBetter, type Method, type MetricName, type Score } from '../../shared/evaluation.ts';
import type { ExperimentPhase, ExperimentState, SplitSpec } from '../../shared/experiment.ts';

export const methodWords: Record<Method, { readonly title: string; readonly inText: string; readonly about: string }> =
  {
    gan: {
      title: 'Reconstruction',
      inText: 'the GAN',
      about: 'Drawn by the brain-language GAN from the test response.',
    },
    ridge: {
      title: 'Ridge',
      inText: 'ridge regression',
      about: 'Linear regression from voxels to pixels, its penalty chosen inside the training samples.',
    },
    'mean-image': {
      title: 'Mean image',
      inText: 'the mean image',
      about: 'The mean of the training images, the same for every response.',
    },
    'nearest-training-image': {
      title: 'Nearest training image',
      inText: 'the nearest training image',
      about: 'The training image whose response is most like the test response.',
    },
    'shuffled-voxels': {
      title: 'Shuffled voxels',
      inText: 'the GAN on shuffled voxels',
      about: 'The same network trained on responses that were shuffled between the training samples.',
    },
  };

interface MetricWords {
  readonly title: string;
  readonly about: string;
  readonly digits: number;
  readonly unit?: string;
}

export const metricWords: Record<MetricName, MetricWords> = {
  'two-way-identification': {
    title: '2-way identification',
    about: 'How often a reconstruction correlates more with its own stimulus than with another one.',
    digits: 3,
  },
  'ten-way-top-1': {
    title: '10-way top 1',
    about: 'How often the right stimulus comes first among it and nine others.',
    digits: 3,
  },
  'ten-way-top-5': {
    title: '10-way top 5',
    about: 'How often the right stimulus is among the first five of it and nine others.',
    digits: 3,
  },
  'retrieval-rank': {
    title: 'Retrieval rank',
    about: 'Where the right stimulus stands among all test stimuli: 1 is best, smaller is better.',
    digits: 2,
  },
  'pixel-correlation': { title: 'Pixel correlation', about: 'Pearson r over all pixels and channels.', digits: 3 },
  ssim: { title: 'SSIM', about: 'Structural similarity of the grey images.', digits: 3 },
  mse: { title: 'MSE', about: 'Mean squared error on [0, 1]. Smaller is better.', digits: 4 },
  psnr: { title: 'PSNR', about: 'Peak signal-to-noise ratio.', digits: 2, unit: 'dB' },
};

/** What says most about content first. */
export const metricOrder: readonly MetricName[] = [
  'two-way-identification',
  'ten-way-top-1',
  'ten-way-top-5',
  'retrieval-rank',
  'pixel-correlation',
  'ssim',
  'mse',
  'psnr',
];

export const stateWords: Record<ExperimentState, string> = {
  created: 'not started',
  running: 'running',
  paused: 'paused',
  interrupted: 'interrupted',
  stopped: 'stopped early',
  completed: 'completed',
  failed: 'failed',
};

export const phaseWords: Record<ExperimentPhase, string> = {
  preparing: 'Preparing',
  'image-encoder': 'Image encoder',
  training: 'Training',
  'training-control': 'Training of the shuffled control',
  reconstructing: 'Reconstructing',
  evaluating: 'Evaluating',
  finished: 'Finished',
};

export function splitWords(split: SplitSpec): string {
  switch (split.kind) {
    case 'shipped':
      return 'Training and test samples as the data came.';
    case 'leave-run-out':
      return `Tests on scanner run ${split.fold + 1}; trains on the other runs.`;
    case 'leave-session-out':
      return `Tests on session ${split.fold + 1}; trains on the other sessions.`;
    case 'leave-repetition-out':
      return `Tests on presentation ${split.fold + 1} of every stimulus; the other presentations train.`;
    case 'leave-stimulus-out':
      return `Tests on stimuli that training never saw; fold ${foldWords(split)}.`;
    case 'leave-category-out':
      return `Tests on categories that training never saw; fold ${foldWords(split)}.`;
    case 'k-fold':
      return `Stimuli dealt into ${split.folds} parts with seed ${split.seed}; tests on part ${split.fold + 1}.`;
    case 'fixed':
      return `A fixed list: ${split.train.length} training and ${split.test.length} test samples.`;
  }
}

function foldWords({ fold, folds }: { fold: number; folds: number | null }): string {
  return folds === null ? String(fold + 1) : `${fold + 1} of ${folds}`;
}

export type Standing = 'better' | 'chance' | 'worse';

/** How a score stands against its null distribution, one-sided at 5 %. */
export function standing(score: Score): Standing {
  if (score.chance.p <= 0.05) return 'better';
  return score.chance.p >= 0.95 && score.chance.p < 1 ? 'worse' : 'chance';
}

export const standingWords: Record<Standing, string> = {
  better: 'better than chance',
  chance: 'within chance',
  worse: 'worse than chance',
};

/** Whether `a` beats `b` in this metric. */
export function isBetter(metric: MetricName, a: number, b: number): boolean {
  return smallerIsBetter.has(metric) ? a < b : a > b;
}

/** With the metric's decimals and a real minus sign. */
export function formatScore(metric: MetricName, value: number): string {
  return formatNumber(value, metricWords[metric].digits);
}

export function formatNumber(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits).replace('-', '\u2212') : '\u2013';
}

export function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p < 0.001 ? p.toFixed(4) : p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}

/** 214.6 s as `3 min 35 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** ISO time as `20 November 2025, 09:30 UTC`. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  const date = time.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  return `${date}, ${time.toISOString().slice(11, 16)} UTC`;
}

export function formatBytes(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${['bytes', 'kB', 'MB', 'GB', 'TB'][power]}`;
}
