/**
 * The steps from time series to samples, as a recipe states them and a recording keeps them.
 *
 * ```yaml
 * - step: drop-volumes
 *   first: 4
 * - step: shift
 *   seconds: 5
 * - step: confounds
 *   columns: [trans_x, 'rot_*']
 * - step: detrend
 * - step: z-score
 * - step: average-block
 * ```
 *
 * Steps are applied in their order. Exactly one of them makes samples of volumes.
 */
import { z } from 'zod';
import type { PreprocessingStep } from '../../../shared/recording.ts';

const seconds = z.number().nonnegative();

/** Takes volumes away at the ends of every run; events keep their times. */
const dropVolumesSchema = z.strictObject({
  step: z.literal('drop-volumes'),
  first: z.int().nonnegative().default(0),
  last: z.int().nonnegative().default(0),
});

/**
 * Takes what a volume shows for the response to what was shown `seconds` before. Nothing is interpolated: a volume at
 * time t belongs to the event during which t - seconds falls, also when seconds is no multiple of the repetition time.
 */
const shiftSchema = z.strictObject({ step: z.literal('shift'), seconds: seconds.default(5) });

/** Removes what these columns explain, intercept kept. `*` stands for any letters; a missing first value is the next. */
const confoundsSchema = z.strictObject({ step: z.literal('confounds'), columns: z.array(z.string().min(1)).min(1) });

/** Removes a polynomial of time from every run (1: linear) and keeps the mean. */
const detrendSchema = z.strictObject({ step: z.literal('detrend'), order: z.int().min(1).max(10).default(1) });

/** Removes cosines slower than `cutoff` hertz from every run and keeps the mean. */
const highPassSchema = z.strictObject({ step: z.literal('high-pass'), cutoff: z.number().positive().default(1 / 128) });

/**
 * (value - mean) / sample standard deviation, per voxel; within every run, or with mean and deviation of the named
 * training runs (`session/run` where there are sessions) together for all.
 */
const zScoreSchema = z.strictObject({
  step: z.literal('z-score'),
  trainingRuns: z.array(z.string().min(1)).min(1).nullable().default(null),
});

/** 100 (value - mean) / |mean|, per voxel and run. */
const percentChangeSchema = z.strictObject({ step: z.literal('percent-change') });

/** Brings values further than `deviations` standard deviations from the mean to that border, per voxel and run. */
const clipSchema = z.strictObject({ step: z.literal('clip'), deviations: z.number().positive().default(3) });

/** Only events of these trial types become samples; a general linear model still accounts for the others. */
const selectEventsSchema = z.strictObject({
  step: z.literal('select-events'),
  trialTypes: z.array(z.string().min(1)).min(1),
});

/** Every volume during an event is a sample. */
const volumesSchema = z.strictObject({ step: z.literal('volumes') });

/** Every event is a sample: the mean of the volumes during it. */
const averageBlockSchema = z.strictObject({ step: z.literal('average-block') });

/**
 * Every event is a sample: the mean of the volumes acquired nearest to these times after its onset (the earlier of two
 * as near), every volume counted once.
 */
const averageWindowSchema = z.strictObject({
  step: z.literal('average-window'),
  seconds: z.array(seconds).min(1).default([4, 6, 8, 10]),
});

export const hemodynamicModelSchema = z.enum(['spm', 'glover']);
export type HemodynamicModel = z.infer<typeof hemodynamicModelSchema>;
export const responseDerivativesSchema = z.enum(['none', 'time', 'time-and-dispersion']);
export type ResponseDerivatives = z.infer<typeof responseDerivativesSchema>;

/** Samples are the amplitudes of a canonical response, fitted in every run together with all that was regressed before. */
const generalLinearModelSchema = z.strictObject({
  step: z.literal('general-linear-model'),
  response: hemodynamicModelSchema.default('spm'),
  derivatives: responseDerivativesSchema.default('none'),
  /** One estimate per run for every trial type or stimulus, or one for every trial. */
  estimates: z.enum(['trial-type', 'stimulus', 'trial']).default('trial'),
  /**
   * For single trials. `least-squares-all`: all trials in one model. `least-squares-separate` (Mumford 2012): one model
   * per trial, in which the other trials share regressors. `ridge`: all trials in one model that draws them towards
   * their common amplitude.
   */
  method: z.enum(['ridge', 'least-squares-all', 'least-squares-separate']).default('ridge'),
  /**
   * Of ridge: how strongly, in mean squared lengths of a trial's predicted response. 0.1 leaves little of the neighbours
   * in an estimate at hardly more noise than least squares separate has.
   */
  penalty: z.number().positive().default(0.1),
  /** The other trials of least squares separate: one regressor for all of them, or one per trial type. */
  others: z.enum(['together', 'by-trial-type']).default('together'),
});
export type GeneralLinearModel = z.infer<typeof generalLinearModelSchema>;

/** Samples of the same stimulus or trial type become one, within a run, a session, or the whole recording. */
const averageRepetitionsSchema = z.strictObject({
  step: z.literal('average-repetitions'),
  of: z.enum(['stimulus', 'trial-type']).default('stimulus'),
  within: z.enum(['run', 'session', 'recording']).default('run'),
});

export const timeSeriesStepSchema = z.discriminatedUnion('step', [
  dropVolumesSchema,
  shiftSchema,
  confoundsSchema,
  detrendSchema,
  highPassSchema,
  zScoreSchema,
  percentChangeSchema,
  clipSchema,
  selectEventsSchema,
  volumesSchema,
  averageBlockSchema,
  averageWindowSchema,
  generalLinearModelSchema,
  averageRepetitionsSchema,
]);
/** As a recipe writes it. */
export type TimeSeriesStepInput = z.input<typeof timeSeriesStepSchema>;
/** Validated, with defaults filled in. */
export type TimeSeriesStep = z.infer<typeof timeSeriesStepSchema>;
export type StepName = TimeSeriesStep['step'];
export type StepOf<Name extends StepName> = Extract<TimeSeriesStep, { step: Name }>;

/** The chain as `recording.json` keeps it. */
export function recordedSteps(steps: readonly TimeSeriesStep[]): PreprocessingStep[] {
  return steps.map(({ step, ...parameters }) => ({ name: step, parameters }));
}
