/** Every setting of an experiment in plain words: what it is counted in, and what it does. */
import { trainTexts } from './train.ts';

export interface SettingText {
  readonly title: string;
  readonly unit?: string;
  readonly text: string;
  /** For settings that are one of several words. */
  readonly choices?: Readonly<Record<string, string>>;
}

export const settingSections = {
  condition: 'From voxels to words',
  network: 'Network',
  objective: 'Objective',
  training: 'Training',
  evaluation: 'Evaluation',
} as const;
export type SettingSection = keyof typeof settingSections;

/** In the order in which they are shown, by section and name. */
export const settingTexts: Readonly<Record<SettingSection, Readonly<Record<string, SettingText>>>> = {
  condition: {
    voxelsPerRegion: {
      title: 'Voxels per region',
      unit: 'voxels',
      text: 'Keeps the best voxels of each region by the statistic below. Empty keeps all.',
    },
    voxelStatistic: {
      title: 'Voxel statistic',
      text: 'How voxels are ranked, on training samples only.',
      choices: {
        auto: 'Whatever the data allow',
        'stimulus-f': 'F over stimuli (needs repetitions)',
        'pixel-correlation': 'Follows the images’ components',
        variance: 'Variance of the response',
      },
    },
    clip: { title: 'Clip', unit: 'standard deviations', text: 'Responses beyond are cut. Empty cuts none.' },
    embedding: {
      title: 'Length of a word',
      unit: 'numbers',
      text: 'What a region, and the whole sentence, is told in.',
    },
    voxelDropout: {
      title: 'Voxel dropout',
      unit: 'share, 0 to 1',
      text: 'Voxels that are left out at random at every step, against overfitting.',
    },
    voxelNoise: {
      title: 'Voxel noise',
      unit: 'standard deviations',
      text: 'Noise added to training responses, against overfitting.',
    },
    mixup: {
      title: 'Mixup',
      unit: 'share, 0 to 1',
      text: 'Samples that are blended with another one, response and image alike.',
    },
    sentence: {
      title: 'Sentence',
      text: 'How words become one sentence.',
      choices: { linear: 'Linear over all voxels', attention: 'Attention over regions' },
    },
  },
  network: {
    imageSize: {
      title: 'Pictures',
      unit: 'pixels',
      text: 'Side of a reconstruction. Twice the side takes about four times as long.',
      choices: { '32': '32', '64': '64', '128': '128', '256': '256' },
    },
    generatorChannels: {
      title: 'Generator width',
      unit: 'channels',
      text: 'The widest layer has eight times as many.',
    },
    discriminatorChannels: {
      title: 'Discriminator width',
      unit: 'channels',
      text: 'The widest layer has eight times as many.',
    },
    noise: { title: 'Noise', unit: 'numbers', text: 'Random numbers that let one response draw several pictures.' },
  },
  objective: {
    adversarial: {
      title: 'Adversarial',
      unit: 'weight',
      text: 'How much the discriminator’s judgement counts. More is sharper and less faithful.',
    },
    mismatched: {
      title: 'Wrong pairs',
      unit: 'weight',
      text: 'How much the discriminator learns from pictures beside another’s response.',
    },
    gradientPenalty: {
      title: 'Gradient penalty',
      unit: 'weight',
      text: 'Keeps the discriminator smooth at true pairs; 0 switches it off.',
    },
    gradientPenaltyPower: { title: 'Gradient penalty power', unit: 'exponent', text: 'As published: 6.' },
    pixel: { title: 'Pixels', unit: 'weight', text: 'Mean squared error. Keeps small data sets from collapsing.' },
    ssim: { title: 'Structure', unit: 'weight', text: '1 − SSIM: edges and contrast rather than brightness.' },
    feature: {
      title: 'Features',
      unit: 'weight',
      text: 'Distance in an image encoder that is trained on the training images first.',
    },
  },
  training: {
    steps: {
      title: 'Steps',
      unit: 'steps',
      text: 'Updates of both networks. An experiment can be trained longer later.',
    },
    batch: { title: 'Batch', unit: 'samples', text: 'Samples of one step. Memory grows with it.' },
    generatorRate: {
      title: 'Generator rate',
      unit: 'per step',
      text: 'Learning rate of Adam. Too high diverges, too low takes for ever.',
    },
    discriminatorRate: { title: 'Discriminator rate', unit: 'per step', text: 'Learning rate of Adam.' },
    beta1: { title: 'Beta 1', unit: 'share, 0 to 1', text: 'Adam’s memory of gradients; 0 as published.' },
    beta2: { title: 'Beta 2', unit: 'share, 0 to 1', text: 'Adam’s memory of their squares.' },
    averaging: {
      title: 'Weight averaging',
      unit: 'share kept, 0 to 1',
      text: 'Reconstructions are drawn with averaged weights; 0 takes the last ones.',
    },
    balance: { title: 'Balance', text: 'Pauses the discriminator while it is too far ahead.' },
    shift: {
      title: 'Shift',
      unit: 'share of the side, 0 to 0.25',
      text: 'Training images are moved at random by up to this. Never flipped: retinotopy knows left from right.',
    },
    logEvery: { title: 'Log every', unit: 'steps', text: 'Losses are means over so many steps.' },
    samplesEvery: {
      title: 'Draw samples every',
      unit: 'steps',
      text: 'The fixed test conditions on the experiment’s page.',
    },
    checkpointEvery: { title: 'Checkpoint every', unit: 'steps', text: 'The most that a power cut can cost.' },
  },
  evaluation: {
    permutations: { title: 'Permutations', unit: 'draws', text: 'For the distribution of chance under every score.' },
    bootstraps: { title: 'Bootstraps', unit: 'draws', text: 'For the 95 % interval of every score.' },
    averageRepetitions: {
      title: 'Average repetitions',
      text: 'Draws one picture from the mean response of a test stimulus rather than one per trial.',
    },
  },
};

/** Settings that Train asks for elsewhere than among the advanced ones, or not at all; by their path in a configuration. */
export const furtherSettingTexts: Readonly<Record<string, SettingText>> = {
  cortextVersion: { title: 'Version', text: 'Of the Cortext that created the experiment.' },
  preset: { title: 'Preset', text: 'Where its settings started from.' },
  'recording.id': { title: 'Recording', text: 'Whose responses and images it learns from.' },
  'recording.contentHash': { title: 'Content of the recording', text: 'Equal only where every value is.' },
  regions: { title: 'Regions', text: 'The words of the language.' },
  definedRegions: { title: 'Own regions', text: 'Those that were defined after the import, as they were then.' },
  'split.kind': {
    title: 'Split',
    text: 'Which samples train and which test.',
    choices: Object.fromEntries(Object.entries(trainTexts.splits).map(([kind, [title]]) => [kind, title])),
  },
  'split.fold': { title: 'Fold', text: 'Which part tests.' },
  'split.folds': { title: 'Folds', text: 'Parts that test in turn.' },
  'split.seed': { title: 'Seed of the folds', text: 'The same seed deals the stimuli alike.' },
  'split.train': { title: 'Samples that train', text: 'Of a fixed list.' },
  'split.test': { title: 'Samples that test', text: 'Of a fixed list.' },
  signOffs: { title: trainTexts.reasons, text: 'Leaks that are intended, and why.' },
  seed: { title: trainTexts.seed, text: trainTexts.seedHint },
  backend: {
    title: 'Backend',
    text: 'What it is to train with.',
    choices: { auto: 'whatever works best', tensorflow: 'TensorFlow', webgpu: 'WebGPU', wasm: 'WebAssembly' },
  },
  deterministic: { title: 'Deterministic', text: 'The same seed gives the same weights bit for bit; slower.' },
  'gpu.index': { title: 'Graphics card', text: 'As nvidia-smi counts; – leaves it to CUDA.' },
  'gpu.tf32': { title: 'TF32', text: 'Faster products with fewer digits on NVIDIA’s tensor cores.' },
  precision: {
    title: 'Precision',
    text: 'In which numbers convolutions are computed.',
    choices: { auto: 'mixed where it is faster', float32: 'float32', mixed: 'mixed' },
  },
  'network.kind': {
    title: 'Kind of network',
    text: 'The published network it is built after.',
    choices: { 'df-gan': 'DF-GAN' },
  },
  'evaluation.shuffledVoxels': { title: 'Shuffled-voxels control', text: trainTexts.shuffledHint },
  'evaluation.ridgePenalties': {
    title: 'Ridge penalties',
    text: 'Tried for the ridge control, inside the training samples.',
  },
  group: { title: 'Group', text: 'Experiments of one cross-validation share it.' },
};
