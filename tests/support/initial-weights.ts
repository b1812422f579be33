/** Seeded first weights of a network, as variables. */
import * as tf from '@tensorflow/tfjs';
import type { ParameterSpec, Weights } from '../../src/main/engine/networks/parameters.ts';
import { Random } from '../../src/shared/random.ts';

export interface InitialWeights {
  readonly weights: Weights;
  readonly variables: ReadonlyMap<string, tf.Variable>;
}

/** @param jitter - standard deviation of noise added to every weight, so that none is at an initial 0 */
export function initialWeights(parameters: readonly ParameterSpec[], seed = 1, jitter = 0): InitialWeights {
  const variables = new Map(
    parameters.map((parameter) => {
      const { name, shape } = parameter;
      const noise = new Random(seed, `jitter ${name}`);
      const values = parameter.initialise(new Random(seed, name)).map((value) => value + jitter * noise.normal());
      return [name, tf.variable(tf.tensor(values, [...shape]))];
    }),
  );
  return {
    variables,
    weights: (name) => {
      const variable = variables.get(name);
      if (variable === undefined) throw new Error(`No weight ${name}`);
      return variable;
    },
  };
}

/** Standard normal numbers. */
export function normalTensor<R extends tf.Rank>(shape: tf.ShapeMap[R], stream: string, deviation = 1): tf.Tensor<R> {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor<R>(
    new Random(1, stream).normals(size).map((value) => value * deviation),
    shape,
  );
}
