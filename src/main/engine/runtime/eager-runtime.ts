/** Runs steps operation by operation, on any backend. */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { Backend } from '../backends/start-backend.ts';
import { type AdamUpdate, createAdam, type VariableUpdates } from './adam.ts';
import { EagerVariableStore, floatsOf } from './eager-variable-store.ts';
import { checkedFeeds } from './feeds.ts';
import { gradientsByName } from './gradients.ts';
import type {
  Adam,
  AdamOptions,
  FedTensors,
  FeedSpec,
  Gradients,
  LossWithTerms,
  Step,
  StepBody,
  StepRuntime,
} from './step-runtime.ts';

export class EagerRuntime implements StepRuntime {
  readonly backend: Backend;
  readonly mode = 'eager';
  readonly precision = 'float32';
  readonly variables = new EagerVariableStore();
  readonly #updates: VariableUpdates;

  constructor(backend: Backend) {
    this.backend = backend;
    this.#updates = {
      assign: (variable, value) => {
        this.assign(variable, value);
      },
      applyAdam: (update) => {
        applyAdam(this.variables, update);
      },
    };
  }

  compile<F extends FeedSpec, O extends string>(name: string, feeds: F, body: StepBody<F, O>): Step<F, O> {
    let disposed = false;
    return {
      name,
      run: async (values) => {
        if (disposed) throw new CortextError('INTERNAL', `The step ${name} was disposed of.`);
        const checked = checkedFeeds(name, feeds, values);
        const outputs = tf.tidy(() => {
          const fed = Object.fromEntries(
            // Some backends keep the array they are given, and the caller may fill it anew for the next run.
            checked.map((feed) => [feed.name, tf.tensor(feed.values.slice(), feed.shape, feed.dtype)]),
          );
          // checkedFeeds gives what F asks for, by name. Outputs can be variables, which live on and change.
          return Object.entries<tf.Tensor>(body(fed as FedTensors<F>)).map(
            ([key, tensor]) => [key, tf.clone(tensor)] as const,
          );
        });
        try {
          const floats = await Promise.all(
            outputs.map(async ([key, tensor]) => [key, await floatsOf(tensor)] as const),
          );
          // The keys are those of the body's outputs.
          return Object.fromEntries(floats) as Record<O, Float32Array>;
        } finally {
          for (const [, tensor] of outputs) tensor.dispose();
          this.#throwFailure();
        }
      },
      dispose: () => {
        disposed = true;
      },
    };
  }

  adam(options: AdamOptions): Adam {
    return createAdam(options, this.variables, this.#updates);
  }

  assign(variable: string, value: tf.Tensor): void {
    this.variables.get(variable).assign(value);
  }

  gradients<L extends tf.Tensor | LossWithTerms>(loss: () => L, names: readonly string[]): Gradients<L> {
    return gradientsByName(this.variables, loss, names);
  }

  dispose(): void {
    this.variables.dispose();
  }

  /** A failure of the device explains the results, or their absence, better than whatever else was thrown. */
  #throwFailure(): void {
    const failure = this.backend.failure?.() ?? null;
    if (failure !== null) throw failure;
  }
}

/** The order of operations is that of TensorFlow's own kernel, so that both agree to the last digits. */
function applyAdam(store: EagerVariableStore, update: AdamUpdate): void {
  const variable = store.get(update.variable);
  const first = store.get(update.firstMoment);
  const second = store.get(update.secondMoment);
  tf.tidy(() => {
    const { gradient, beta1, beta2, beta1Power, beta2Power, epsilon } = update;
    const rate = tf.div(tf.mul(update.rate, tf.sqrt(tf.sub(1, beta2Power))), tf.sub(1, beta1Power));
    first.assign(tf.add(first, tf.mul(tf.sub(gradient, first), tf.sub(1, beta1))));
    second.assign(tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), tf.sub(1, beta2))));
    variable.assign(tf.sub(variable, tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon))));
  });
}
