/**
 * What networks and trainers see of the runtime: steps over named variables.
 *
 * A step is a function of fed tensors, written with TensorFlow.js operations. The same function runs operation by
 * operation (`eager`, on every backend) or as one native TensorFlow graph (`compiled`); it gives the same results either
 * way, and its code does not know which.
 */
import type * as tf from '@tensorflow/tfjs';
import type { Precision } from '../../../shared/experiment.ts';
import type { Backend } from '../backends/start-backend.ts';
import type { VariableStore } from './variable-store.ts';

/**
 * Name, shape and type of everything that a step is given at each run. A length of `null` is open: the body sees the
 * lengths of what is fed, and is recorded anew for each.
 */
export type FeedSpec = Record<
  string,
  { readonly shape: readonly (number | null)[]; readonly dtype: 'float32' | 'int32' }
>;

/** Row-major values. Their number tells one open length; where several are open, the shape is stated. */
export type FeedValue =
  Float32Array | Int32Array | { readonly shape: readonly number[]; readonly values: Float32Array | Int32Array };

export type FeedValues<F extends FeedSpec> = { readonly [K in keyof F]: FeedValue };
export type FedTensors<F extends FeedSpec> = { readonly [K in keyof F]: tf.Tensor };
export type StepBody<F extends FeedSpec, O extends string> = (feeds: FedTensors<F>) => Record<O, tf.Tensor>;

export type RuntimeMode = 'compiled' | 'eager';

export interface Step<F extends FeedSpec, O extends string> {
  readonly name: string;
  /**
   * Runs once. Updates of variables have happened when it resolves, and any later use of them sees them: runs follow each
   * other in the order of the calls. It resolves later only because a GPU's results cannot be waited for.
   *
   * @param feeds - row-major values of each feed; not kept, so the arrays may be used again when the call returns
   * @returns row-major values of each output, as floats whatever their type
   * @throws CortextError `ARRAY_SHAPE` or `ARRAY_TYPE` naming the feed, `ENGINE_OUT_OF_MEMORY`
   */
  run(feeds: FeedValues<F>): Promise<Record<O, Float32Array>>;
  dispose(): void;
}

/** Adam (Kingma and Ba 2015) in TensorFlow's formulation; its state lives in variables `adam/<name>/...`. */
export interface Adam {
  /**
   * Updates variables; only inside a step's body.
   *
   * `rate_t = rate sqrt(1 - beta2^t) / (1 - beta1^t)`; `variable -= rate_t m / (sqrt(v) + epsilon)`.
   *
   * @param gradients - by variable name, of all or some of the optimiser's parameters
   * @param rate - a fed scalar can follow a schedule; 0 leaves the variables as they are, but not Adam's moments
   */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, rate: number | tf.Scalar): void;
}

export interface AdamOptions {
  /** Unique within the runtime. */
  readonly name: string;
  /** Names of the variables that it updates; the state of each is created at once, so that every checkpoint holds it. */
  readonly parameters: readonly string[];
  readonly beta1: number;
  readonly beta2: number;
  /** 1e-8 by default. */
  readonly epsilon?: number;
}

/** A loss, of one number, with further tensors that a step wants to report or use. */
export type LossWithTerms = { loss: tf.Tensor } & Record<string, tf.Tensor>;

export interface Gradients<L extends tf.Tensor | LossWithTerms> {
  readonly value: tf.Scalar;
  /** By variable name, each of its variable's shape. */
  readonly gradients: Record<string, tf.Tensor>;
  /** What the loss function returned beside the loss. */
  readonly terms: L extends LossWithTerms ? Omit<L, 'loss'> : Record<never, never>;
  /** Variables that the loss does not depend on; their gradients are zeros. */
  readonly unused: readonly string[];
}

export interface StepRuntime {
  readonly backend: Backend;
  readonly mode: RuntimeMode;
  readonly precision: Precision;
  readonly variables: VariableStore;

  /**
   * Makes a step of a body.
   *
   * Where a length of a feed is open, compiled steps are recorded at the first run with it, and the last few recordings
   * are kept: fine for a handful of lengths, as the last batch of a set; slow for lengths that keep changing.
   *
   * The body uses only TensorFlow.js operations and this runtime: no asynchronous code, no reading of tensors' values, no
   * random numbers of its own. Variables that it uses exist already. A read after an update, of the same step or an
   * earlier one, sees the updated value. The body may be called any number of times, with stand-in values too: it must
   * have no other effects. Its intermediate tensors are disposed of.
   *
   * @throws CortextError `STEP_NOT_COMPILABLE` naming the operation and the line of the body, in compiled mode; where a
   *   length is open, running the step throws it
   */
  compile<F extends FeedSpec, O extends string>(name: string, feeds: F, body: StepBody<F, O>): Step<F, O>;

  /** The parameters exist already. */
  adam(options: AdamOptions): Adam;

  /** Sets a variable, inside a step's body: moving averages, statistics. */
  assign(variable: string, value: tf.Tensor): void;

  /**
   * The loss and its gradients by variable name, inside a step's body.
   *
   * @param names - the variables to differentiate by; the loss depends on at least one
   */
  gradients<L extends tf.Tensor | LossWithTerms>(loss: () => L, names: readonly string[]): Gradients<L>;

  dispose(): void;
}
