/**
 * One training step of DF-GAN as published, made of the project's own networks, losses and runtime. The sentence is fed
 * as it is: no condition encoder, so that other implementations of the published code do the same work.
 */
import type * as tf from '@tensorflow/tfjs';
import type { ImageSize } from '../networks/df-gan/channels.ts';
import { dfGanDiscriminator } from '../networks/df-gan/discriminator.ts';
import { dfGanGenerator } from '../networks/df-gan/generator.ts';
import { adversarialLoss, discriminatorLoss } from '../networks/df-gan/losses.ts';
import type { ParameterSpec, Weights } from '../networks/parameters.ts';
import type { StepRuntime } from '../runtime/step-runtime.ts';
import { Random } from '../../../shared/random.ts';

export interface PublishedStepOptions {
  readonly imageSize: ImageSize;
  readonly batch: number;
  /** Base width of both networks; 32 as published. */
  readonly channels?: number;
  /** 100 as published. */
  readonly noise?: number;
  /** Length of the sentence; 256 as published. */
  readonly condition?: number;
}

export interface StepValues {
  /** `[batch, size, size, 3]` in [-1, 1] */
  readonly images: Float32Array;
  /** `[batch, condition]` */
  readonly sentence: Float32Array;
  /** `[batch, noise]` */
  readonly noise: Float32Array;
}

/** As published: real, wrong and fake pairs, the penalty with its weight, and the generator's loss. */
export type StepLosses = Record<'real' | 'wrong' | 'fake' | 'penalty' | 'generator', number>;

export interface PublishedStep {
  /** Random values of the right shapes. */
  readonly values: StepValues;
  /** Updates the discriminator, then the generator against the updated discriminator; the losses are those before. */
  run(values: StepValues): Promise<StepLosses>;
}

/** Adam's settings as published. */
export const RATES = { generator: 1e-4, discriminator: 4e-4, beta1: 0, beta2: 0.9 } as const;

/** @param initial - a weight's first values; drawn at random by default */
export function createPublishedStep(
  runtime: StepRuntime,
  options: PublishedStepOptions,
  initial: (name: string, parameter: ParameterSpec) => Float32Array = (name, parameter) =>
    parameter.initialise(new Random(1, name)),
): PublishedStep {
  const { imageSize, batch, channels = 32, noise = 100, condition = 256 } = options;
  const generator = dfGanGenerator({ imageSize, channels, imageChannels: 3, noise, condition });
  const discriminator = dfGanDiscriminator({ imageSize, channels, imageChannels: 3, condition });
  const create = (network: string, parameters: readonly ParameterSpec[]): string[] =>
    parameters.map((parameter) => {
      const name = `${network}/${parameter.name}`;
      runtime.variables.create(name, parameter.shape, initial(name, parameter));
      return name;
    });
  const names = {
    generator: create('generator', generator.parameters),
    discriminator: create('discriminator', discriminator.parameters),
  };
  const weightsOf =
    (network: string): Weights =>
    (name) =>
      runtime.variables.get(`${network}/${name}`);
  const { beta1, beta2 } = RATES;
  const adam = {
    generator: runtime.adam({ name: 'generator', parameters: names.generator, beta1, beta2 }),
    discriminator: runtime.adam({ name: 'discriminator', parameters: names.discriminator, beta1, beta2 }),
  };

  const step = runtime.compile(
    'published',
    {
      images: { shape: [batch, imageSize, imageSize, 3], dtype: 'float32' },
      sentence: { shape: [batch, condition], dtype: 'float32' },
      noise: { shape: [batch, noise], dtype: 'float32' },
      wrongOrder: { shape: [batch], dtype: 'int32' },
    },
    (fed) => {
      // The shapes are stated above.
      const images = fed.images as tf.Tensor4D;
      const sentence = fed.sentence as tf.Tensor2D;
      const wrongOrder = fed.wrongOrder as tf.Tensor1D;
      const draw = (): tf.Tensor4D => generator.generate(weightsOf('generator'), fed.noise as tf.Tensor2D, sentence);
      const judge = weightsOf('discriminator');
      const fake = draw();
      const judged = runtime.gradients(() => {
        const { total, ...terms } = discriminatorLoss(discriminator, judge, { images, sentence, fake, wrongOrder });
        return { loss: total, ...terms };
      }, names.discriminator);
      adam.discriminator.apply(judged.gradients, RATES.discriminator);
      const drawn = runtime.gradients(() => adversarialLoss(discriminator, judge, draw(), sentence), names.generator);
      adam.generator.apply(drawn.gradients, RATES.generator);
      const { real, wrong, fake: fakeLoss, penalty } = judged.terms;
      return { real, wrong, fake: fakeLoss, penalty, generator: drawn.value };
    },
  );

  // The published code pairs sentence i with the image after it.
  const wrongOrder = Int32Array.from({ length: batch }, (_, i) => (i - 1 + batch) % batch);
  return {
    values: stepValues(options),
    async run(values) {
      const { real, wrong, fake, penalty, generator: drawn } = await step.run({ ...values, wrongOrder });
      return { real: real[0], wrong: wrong[0], fake: fake[0], penalty: penalty[0], generator: drawn[0] };
    },
  };
}

/** Random values of a step's shapes, the same ones each time. */
export function stepValues({ imageSize, batch, noise = 100, condition = 256 }: PublishedStepOptions): StepValues {
  const random = new Random(1, 'values');
  return {
    images: Float32Array.from({ length: batch * imageSize ** 2 * 3 }, () => 2 * random.uniform() - 1),
    sentence: random.normals(batch * condition),
    noise: random.normals(batch * noise),
  };
}
