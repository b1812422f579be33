/** Trainable arrays of a network: what they are called, their shape, and how they start. */
import type * as tf from '@tensorflow/tfjs';
import type { Random } from '../../../shared/random.ts';

export interface ParameterSpec {
  /** Unique within its network, for example `block0.firstConvolution.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Values in row-major order; the same random state gives the same values. */
  initialise(random: Random): Float32Array;
}

/**
 * Gives a network's weights by parameter name. Networks are pure functions of weights and tensors, so the same network
 * draws with its current or with its averaged weights.
 */
export type Weights = (name: string) => tf.Tensor;

/** Fills a parameter with its first values. */
export type Initialiser = (random: Random, size: number) => Float32Array;

/** Every value the same. */
export function constant(value: number): Initialiser {
  return (_, size) => new Float32Array(size).fill(value);
}

/** Uniform within +-1 / sqrt(fan in): the initial values of PyTorch's linear and convolution layers. */
export function uniformByFanIn(fanIn: number): Initialiser {
  const bound = 1 / Math.sqrt(fanIn);
  return (random, size) => Float32Array.from({ length: size }, () => bound * (2 * random.uniform() - 1));
}

/** Normal with mean 0. */
export function normal(standardDeviation: number): Initialiser {
  return (random, size) => random.normals(size).map((value) => value * standardDeviation);
}

export function parameter(name: string, shape: readonly number[], initialiser: Initialiser): ParameterSpec {
  const size = shape.reduce((product, length) => product * length, 1);
  return { name, shape, initialise: (random) => initialiser(random, size) };
}

/** How many numbers a network learns. */
export function countParameters(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0);
}
