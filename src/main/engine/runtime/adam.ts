/** Adam (Kingma and Ba 2015), in TensorFlow's formulation, over variables by name. */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { Adam, AdamOptions } from './step-runtime.ts';
import type { VariableStore } from './variable-store.ts';

/** Everything that the update of one variable needs. */
export interface AdamUpdate {
  /** Names of the variable and of the running means of its gradient and of its gradient's square. */
  readonly variable: string;
  readonly firstMoment: string;
  readonly secondMoment: string;
  readonly gradient: tf.Tensor;
  readonly beta1Power: tf.Scalar;
  readonly beta2Power: tf.Scalar;
  readonly rate: tf.Scalar;
  readonly beta1: tf.Scalar;
  readonly beta2: tf.Scalar;
  readonly epsilon: tf.Scalar;
}

/** How a runtime changes variables in the course of a step. */
export interface VariableUpdates {
  assign(variable: string, value: tf.Tensor): void;
  applyAdam(update: AdamUpdate): void;
}

/** Creates the optimiser's variables: two moments per parameter, and the betas to the power of the update to come. */
export function createAdam(options: AdamOptions, store: VariableStore, updates: VariableUpdates): Adam {
  const { name, parameters, beta1, beta2, epsilon = 1e-8 } = options;
  const beta1Power = `adam/${name}/beta1Power`;
  const beta2Power = `adam/${name}/beta2Power`;
  const firstMoment = (parameter: string) => `adam/${name}/firstMoment/${parameter}`;
  const secondMoment = (parameter: string) => `adam/${name}/secondMoment/${parameter}`;
  store.createFilled(beta1Power, [], beta1);
  store.createFilled(beta2Power, [], beta2);
  const shapes = new Map<string, readonly number[]>();
  for (const parameter of parameters) {
    const { shape } = store.get(parameter);
    shapes.set(parameter, shape);
    store.createFilled(firstMoment(parameter), shape, 0);
    store.createFilled(secondMoment(parameter), shape, 0);
  }

  return {
    apply(gradients, rate) {
      tf.tidy(() => {
        const scalars = {
          // Both were created as scalars above.
          beta1Power: store.get(beta1Power) as tf.Tensor as tf.Scalar,
          beta2Power: store.get(beta2Power) as tf.Tensor as tf.Scalar,
          rate: typeof rate === 'number' ? tf.scalar(rate) : rate,
          beta1: tf.scalar(beta1),
          beta2: tf.scalar(beta2),
          epsilon: tf.scalar(epsilon),
        };
        for (const [variable, gradient] of Object.entries(gradients)) {
          assertFits(name, variable, gradient, shapes.get(variable));
          updates.applyAdam({
            ...scalars,
            variable,
            gradient,
            firstMoment: firstMoment(variable),
            secondMoment: secondMoment(variable),
          });
        }
        updates.assign(beta1Power, tf.mul(scalars.beta1Power, scalars.beta1));
        updates.assign(beta2Power, tf.mul(scalars.beta2Power, scalars.beta2));
      });
    },
  };
}

function assertFits(name: string, variable: string, gradient: tf.Tensor, shape: readonly number[] | undefined): void {
  if (shape === undefined) {
    throw new CortextError('INTERNAL', `The optimiser ${name} was not created for the variable ${variable}.`);
  }
  if (gradient.shape.join() !== shape.join()) {
    throw new CortextError(
      'INTERNAL',
      `The gradient of ${variable} has the shape [${gradient.shape.join(', ')}], the variable [${shape.join(', ')}].`,
    );
  }
}
