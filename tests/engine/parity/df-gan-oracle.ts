/** What the official DF-GAN code computes in PyTorch, and the same asked of ours as a step of a runtime. */
import { readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs';
import { type Discriminator, dfGanDiscriminator } from '../../../src/main/engine/networks/df-gan/discriminator.ts';
import { dfGanGenerator, type Generator } from '../../../src/main/engine/networks/df-gan/generator.ts';
import { adversarialLoss, discriminatorLoss } from '../../../src/main/engine/networks/df-gan/losses.ts';
import type { Weights } from '../../../src/main/engine/networks/parameters.ts';
import type { StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { readNpz, type ReferenceArray } from '../../support/npz.ts';
import { channelsLast, fromPyTorch, type NamedArray } from '../../support/pytorch-layout.ts';
import { sharedPath } from '../../support/shared-data.ts';

interface OracleFile {
  readonly config: { batch: number; image: 32; nf: number; noise: number; condition: number };
  readonly loss: Record<'real' | 'wrong' | 'fake' | 'ma_gp' | 'discriminator' | 'generator', number>;
}

export interface Oracle {
  readonly batch: number;
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  readonly weights: readonly NamedArray[];
  readonly gradients: readonly NamedArray[];
  readonly loss: OracleFile['loss'];
  /** Inputs and outputs in our layout. */
  array(name: string): ReferenceArray;
}

export function readOracle(): Oracle {
  // The file's layout is stated in its own `layout` entry.
  const { config, loss } = JSON.parse(readFileSync(sharedPath('oracles', 'dfgan_small.json'), 'utf8')) as OracleFile;
  const arrays = readNpz(sharedPath('oracles', 'dfgan_small.npz'));
  const { batch, image: imageSize, nf: channels, noise, condition } = config;
  const named = (kind: 'weight' | 'gradient'): NamedArray[] =>
    [...arrays]
      .filter(([name]) => name.startsWith(`${kind}/`))
      .map(([name, array]) => fromPyTorch(name.slice(kind.length + 1), array));
  return {
    batch,
    generator: dfGanGenerator({ imageSize, channels, imageChannels: 3, noise, condition }),
    discriminator: dfGanDiscriminator({ imageSize, channels, imageChannels: 3, condition }),
    weights: named('weight'),
    gradients: named('gradient'),
    loss,
    array(name) {
      const found = arrays.get(name);
      if (found === undefined) throw new Error(`The reference file lacks ${name}`);
      return found.shape.length === 4 ? channelsLast(found) : found;
    },
  };
}

/**
 * One step with everything in it, on the published weights.
 *
 * @returns outputs, losses, and gradients named `<network>/<weight>`
 */
export async function runOracle(oracle: Oracle, runtime: StepRuntime): Promise<Record<string, Float32Array>> {
  const { generator, discriminator, batch } = oracle;
  for (const { network, name, shape, values } of oracle.weights) {
    runtime.variables.create(`${network}/${name}`, shape, values);
  }
  const weightsOf =
    (network: string): Weights =>
    (name) =>
      runtime.variables.get(`${network}/${name}`);
  const [drawing, judging] = [weightsOf('generator'), weightsOf('discriminator')];

  const inputs = { images: oracle.array('images'), sentence: oracle.array('condition'), noise: oracle.array('noise') };
  const fed = (array: ReferenceArray) => ({ shape: array.shape, dtype: 'float32' as const });
  const feeds = {
    images: fed(inputs.images),
    sentence: fed(inputs.sentence),
    noise: fed(inputs.noise),
    wrongOrder: { shape: [batch], dtype: 'int32' as const },
  };
  const step = runtime.compile('oracle', feeds, (tensors): Record<string, tf.Tensor> => {
    // Their shapes are those of the published arrays.
    const [images, wrongOrder] = [tensors.images as tf.Tensor4D, tensors.wrongOrder as tf.Tensor1D];
    const [sentence, noise] = [tensors.sentence as tf.Tensor2D, tensors.noise as tf.Tensor2D];
    const draw = (): tf.Tensor4D => generator.generate(drawing, noise, sentence);
    const drawn = draw();
    const features = discriminator.features(judging, images);
    const judged = runtime.gradients(() => {
      const { total, ...terms } = discriminatorLoss(discriminator, judging, {
        images,
        sentence,
        fake: drawn,
        wrongOrder,
      });
      return { loss: total, ...terms };
    }, runtime.variables.names('discriminator/'));
    const drawnToPlease = runtime.gradients(
      () => adversarialLoss(discriminator, judging, draw(), sentence),
      runtime.variables.names('generator/'),
    );
    return {
      drawn,
      features,
      logits: discriminator.logits(judging, features, sentence),
      discriminator: judged.value,
      ...judged.terms,
      generator: drawnToPlease.value,
      ...judged.gradients,
      ...drawnToPlease.gradients,
    };
  });
  return step.run({
    images: Float32Array.from(inputs.images.values),
    sentence: Float32Array.from(inputs.sentence.values),
    noise: Float32Array.from(inputs.noise.values),
    wrongOrder: Int32Array.from({ length: batch }, (_, i) => (i - 1 + batch) % batch),
  });
}
