/** What the official DF-GAN code computes in PyTorch, asked of ours on one backend. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { dfGanDiscriminator } from '../../../src/main/engine/networks/df-gan/discriminator.ts';
import { dfGanGenerator } from '../../../src/main/engine/networks/df-gan/generator.ts';
import {
  adversarialLoss,
  type DiscriminatorLoss,
  discriminatorLoss,
} from '../../../src/main/engine/networks/df-gan/losses.ts';
import type { ParameterSpec, Weights } from '../../../src/main/engine/networks/parameters.ts';
import { readNpz, type ReferenceArray } from '../../support/npz.ts';
import { channelsLast, fromPyTorch, type NamedArray } from '../../support/pytorch-layout.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';

interface Oracle {
  readonly config: { batch: number; image: 32; nf: number; noise: number; condition: number };
  readonly loss: Record<'real' | 'wrong' | 'fake' | 'ma_gp' | 'discriminator' | 'generator', number>;
}

export function describeOracle(backend: 'tensorflow' | 'wasm', unavailable: string | null): void {
  const skipped = hasShared ? unavailable : sharedAbsent;
  describe.skipIf(skipped !== null)(`DF-GAN on ${backend}${skipped === null ? '' : ` (${skipped})`}`, () => {
    oracleTests(backend);
  });
}

/** Why the backend does not start here; null when it does. */
export async function whyUnavailable(backend: 'tensorflow' | 'wasm'): Promise<string | null> {
  try {
    await startBackend(backend);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function oracleTests(backend: string): void {
  // The file's layout is stated in its own `layout` entry.
  const oracle = JSON.parse(readFileSync(sharedPath('oracles', 'dfgan_small.json'), 'utf8')) as Oracle;
  const arrays = readNpz(sharedPath('oracles', 'dfgan_small.npz'));
  const { batch, image, nf, noise, condition } = oracle.config;
  const generator = dfGanGenerator({ imageSize: image, channels: nf, imageChannels: 3, noise, condition });
  const discriminator = dfGanDiscriminator({ imageSize: image, channels: nf, imageChannels: 3, condition });
  const networks = { generator, discriminator };
  const published = (kind: 'weight' | 'gradient'): NamedArray[] =>
    [...arrays]
      .filter(([name]) => name.startsWith(`${kind}/`))
      .map(([name, array]) => fromPyTorch(name.slice(kind.length + 1), array));
  const array = (name: string): ReferenceArray => {
    const found = arrays.get(name);
    if (found === undefined) throw new Error(`The reference file lacks ${name}`);
    return found;
  };

  const variables = new Map<string, tf.Variable>();
  const weightsOf =
    (network: string): Weights =>
    (name) => {
      const variable = variables.get(`${network}/${name}`);
      if (variable === undefined) throw new Error(`No weight ${network}/${name}`);
      return variable;
    };
  const variablesOf = (network: string): tf.Variable[] =>
    [...variables].filter(([name]) => name.startsWith(network)).map(([, variable]) => variable);
  const tensor = <R extends tf.Rank>({ shape, values }: ReferenceArray): tf.Tensor<R> =>
    // The rank is known where it is asked for.
    tf.tensor<R>(values, [...shape] as tf.ShapeMap[R]);

  let images: tf.Tensor4D;
  let sentence: tf.Tensor2D;
  let noiseValues: tf.Tensor2D;
  let wrongOrder: tf.Tensor1D;
  const draw = (): tf.Tensor4D => generator.generate(weightsOf('generator'), noiseValues, sentence);

  beforeAll(() => {
    for (const { network, name, shape, values } of published('weight')) {
      variables.set(`${network}/${name}`, tf.variable(tf.tensor(values, [...shape])));
    }
    images = tensor<tf.Rank.R4>(channelsLast(array('images')));
    sentence = tensor<tf.Rank.R2>(array('condition'));
    noiseValues = tensor<tf.Rank.R2>(array('noise'));
    wrongOrder = tf.tensor1d(
      Array.from({ length: batch }, (_, i) => (i - 1 + batch) % batch),
      'int32',
    );
  });

  it('computes on the backend that was asked for', () => {
    expect(tf.getBackend()).toBe(backend);
  });

  it.each(['generator', 'discriminator'] as const)('has exactly the published weights in its %s', (network) => {
    const shapes = (specs: readonly { name: string; shape: readonly number[] }[]): Record<string, readonly number[]> =>
      Object.fromEntries(specs.map(({ name, shape }) => [name, shape]));
    const ours: readonly ParameterSpec[] = networks[network].parameters;
    expect(shapes(ours)).toEqual(shapes(published('weight').filter((weight) => weight.network === network)));
  });

  it('draws the published images from the published weights', () => {
    expect(largestDifference(draw(), channelsLast(array('fake')).values)).toBeLessThan(1e-4);
  });

  it('gives the published features and logits of real images', () => {
    const weights = weightsOf('discriminator');
    const features = discriminator.features(weights, images);
    expect(largestDifference(features, channelsLast(array('features_real')).values)).toBeLessThan(1e-4);
    const logits = discriminator.logits(weights, features, sentence);
    expect(largestDifference(logits, array('logit_real').values)).toBeLessThan(1e-4);
  });

  it('gives every published loss and discriminator gradient, through the penalty too', () => {
    let terms: DiscriminatorLoss | undefined;
    const fake = draw();
    const { grads } = tf.variableGrads(() => {
      terms = discriminatorLoss(discriminator, weightsOf('discriminator'), { images, sentence, fake, wrongOrder });
      for (const term of Object.values(terms) as tf.Scalar[]) tf.keep(term);
      return terms.total;
    }, variablesOf('discriminator'));
    const { loss } = oracle;
    const expected = { total: loss.discriminator, ...loss, penalty: loss.ma_gp };
    for (const name of ['total', 'real', 'fake', 'wrong', 'penalty'] as const) {
      expect(relativeError(terms?.[name].dataSync() ?? [], [expected[name]]), name).toBeLessThan(1e-3);
    }
    expectGradients('discriminator', grads);
  });

  it('gives the published generator loss and every generator gradient', () => {
    const { value, grads } = tf.variableGrads(
      () => adversarialLoss(discriminator, weightsOf('discriminator'), draw(), sentence),
      variablesOf('generator'),
    );
    expect(relativeError(value.dataSync(), [oracle.loss.generator])).toBeLessThan(1e-3);
    expectGradients('generator', grads);
  });

  function expectGradients(network: string, gradients: tf.NamedTensorMap): void {
    const expected = published('gradient').filter((gradient) => gradient.network === network);
    expect(expected.length).toBe(variablesOf(network).length);
    const errors = expected.map(({ name, values }) => {
      const variable = weightsOf(network)(name) as tf.Variable;
      return { name, error: relativeError(gradients[variable.name].dataSync(), values) };
    });
    expect(errors.filter(({ error }) => !(error < 1e-3))).toEqual([]);
  }
}

function largestDifference(actual: tf.Tensor, expected: Float32Array): number {
  const values = actual.dataSync<'float32'>();
  if (values.length !== expected.length) return Infinity;
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i])), 0);
}

/** Length of the difference as a share of the expected array's length. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-12);
}
