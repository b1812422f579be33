/** Steps from time series to samples, as the wizard offers them: their parameters and where they begin. */

export type StepKind =
  | 'drop-volumes'
  | 'shift'
  | 'confounds'
  | 'detrend'
  | 'high-pass'
  | 'z-score'
  | 'percent-change'
  | 'clip'
  | 'select-events'
  | 'volumes'
  | 'average-block'
  | 'average-window'
  | 'general-linear-model'
  | 'average-repetitions';

/** As a recipe has it; the program behind the window checks every entry. */
export interface SeriesStep {
  readonly step: StepKind;
  readonly [parameter: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly label: string;
}

export type StepParameter =
  | (Parameter & { readonly kind: 'number'; readonly start: number; readonly min?: number; readonly step?: number })
  /** Words or numbers, separated by commas. */
  | (Parameter & { readonly kind: 'words' | 'numbers'; readonly start: readonly (string | number)[] })
  | (Parameter & {
      readonly kind: 'choice';
      readonly start: string;
      readonly choices: readonly (readonly [string, string])[];
    });

/** Which steps make samples of volumes: of these a chain has one. */
export const sampleMakers: ReadonlySet<StepKind> = new Set([
  'volumes',
  'average-block',
  'average-window',
  'general-linear-model',
]);

export const stepParameters: Record<StepKind, readonly StepParameter[]> = {
  'drop-volumes': [
    { kind: 'number', name: 'first', label: 'At the beginning', start: 4, min: 0 },
    { kind: 'number', name: 'last', label: 'At the end', start: 0, min: 0 },
  ],
  shift: [{ kind: 'number', name: 'seconds', label: 'Seconds', start: 5, min: 0, step: 0.5 }],
  confounds: [
    { kind: 'words', name: 'columns', label: 'Columns (* stands for any letters)', start: ['trans_*', 'rot_*'] },
  ],
  detrend: [{ kind: 'number', name: 'order', label: 'Order (1 is linear)', start: 1, min: 1 }],
  'high-pass': [{ kind: 'number', name: 'cutoff', label: 'Hertz', start: 0.0078125, min: 0, step: 0.001 }],
  'z-score': [],
  'percent-change': [],
  clip: [{ kind: 'number', name: 'deviations', label: 'Standard deviations', start: 3, min: 0, step: 0.5 }],
  'select-events': [{ kind: 'words', name: 'trialTypes', label: 'Trial types', start: [] }],
  volumes: [],
  'average-block': [],
  'average-window': [{ kind: 'numbers', name: 'seconds', label: 'Seconds after the onset', start: [4, 6, 8, 10] }],
  'general-linear-model': [
    {
      kind: 'choice',
      name: 'estimates',
      label: 'One estimate per',
      start: 'trial',
      choices: [
        ['trial', 'trial'],
        ['stimulus', 'picture and run'],
        ['trial-type', 'trial type and run'],
      ],
    },
    {
      kind: 'choice',
      name: 'method',
      label: 'Single trials',
      start: 'ridge',
      choices: [
        ['ridge', 'all in one model, drawn towards their mean'],
        ['least-squares-separate', 'a model for each (separate)'],
        ['least-squares-all', 'all in one model'],
      ],
    },
    { kind: 'number', name: 'penalty', label: 'How strongly drawn', start: 0.1, min: 0.01, step: 0.05 },
    {
      kind: 'choice',
      name: 'response',
      label: 'Canonical response',
      start: 'spm',
      choices: [
        ['spm', 'SPM'],
        ['glover', 'Glover'],
      ],
    },
  ],
  'average-repetitions': [
    {
      kind: 'choice',
      name: 'of',
      label: 'Of',
      start: 'stimulus',
      choices: [
        ['stimulus', 'the same picture'],
        ['trial-type', 'the same trial type'],
      ],
    },
    {
      kind: 'choice',
      name: 'within',
      label: 'Within',
      start: 'run',
      choices: [
        ['run', 'a run'],
        ['session', 'a session'],
        ['recording', 'the whole recording'],
      ],
    },
  ],
};

/** A step with the parameters that it begins with. */
export function newStep(step: StepKind): SeriesStep {
  return { step, ...Object.fromEntries(stepParameters[step].map(({ name, start }) => [name, start])) };
}

export function isStepKind(name: string): name is StepKind {
  return Object.hasOwn(stepParameters, name);
}

/** The steps of a recipe; those that this window does not know are left to the recipe's text. */
export function stepsOf(recipe: Readonly<Record<string, unknown>>): SeriesStep[] {
  const { steps } = recipe;
  return Array.isArray(steps)
    ? steps.filter((step): step is SeriesStep => isStepKind(String((step as SeriesStep | null)?.step)))
    : [];
}
