/**
 * The published training step of DF-GAN as a program for TensorFlow.js alone: its operations, `variableGrads` and
 * `train.adam`, without this project's networks, losses or runtime. It is what they are measured against, and a second
 * opinion on their numbers. Layers stand in the published order.
 *
 * TensorFlow.js has no second-order gradients of LeakyReLU and average pooling: here one has a mask for its gradient and the
 * other is a mean. Its `grads` runs a function anew, so the gradient penalty judges the real images once more, where the
 * published code takes the gradient of what it has.
 */
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../../shared/random.ts';
import { channelsByScale } from '../networks/df-gan/channels.ts';
import { dfGanDiscriminator } from '../networks/df-gan/discriminator.ts';
import { dfGanGenerator } from '../networks/df-gan/generator.ts';
import type { ParameterSpec } from '../networks/parameters.ts';
import { type PublishedStep, type PublishedStepOptions, RATES, type StepValues, stepValues } from './published-step.ts';

/** @param initial - a weight's first values; drawn at random by default */
export function createPlainStep(
  options: PublishedStepOptions,
  initial: (name: string, parameter: ParameterSpec) => Float32Array = (name, parameter) =>
    parameter.initialise(new Random(1, name)),
): PublishedStep {
  const { imageSize, batch, channels = 32, noise = 100, condition = 256 } = options;
  const sizes = { imageSize, channels, imageChannels: 3, noise, condition } as const;
  const widths = channelsByScale(imageSize, channels);
  const variables = new Map<string, tf.Variable>();
  const create = (network: string, parameters: readonly ParameterSpec[]): tf.Variable[] =>
    parameters.map((parameter) => {
      const name = `${network}/${parameter.name}`;
      const variable = tf.variable(tf.tensor(initial(name, parameter), [...parameter.shape]));
      variables.set(name, variable);
      return variable;
    });
  const generatorWeights = create('generator', dfGanGenerator(sizes).parameters);
  const discriminatorWeights = create('discriminator', dfGanDiscriminator(sizes).parameters);
  // Both lists name what is asked for below; another name would be a mistake in this file.
  const weight = <T extends tf.Tensor>(name: string): T => variables.get(name) as tf.Tensor as T;

  const linear = (name: string, x: tf.Tensor2D): tf.Tensor2D =>
    tf.add(tf.matMul(x, weight<tf.Tensor2D>(`${name}.weight`)), weight(`${name}.bias`));
  const convolution = (name: string, x: tf.Tensor4D, stride = 1, padding: 'same' | 'valid' = 'same'): tf.Tensor4D =>
    tf.conv2d(x, weight<tf.Tensor4D>(`${name}.weight`), stride, padding);
  const biased = (name: string, x: tf.Tensor4D): tf.Tensor4D => tf.add(convolution(name, x), weight(`${name}.bias`));

  const affine = (name: string, x: tf.Tensor4D, modulation: tf.Tensor2D): tf.Tensor4D => {
    const perceptron = (part: string): tf.Tensor4D =>
      tf.reshape(linear(`${name}.${part}.output`, tf.relu(linear(`${name}.${part}.hidden`, modulation))), [
        batch,
        1,
        1,
        -1,
      ]);
    return tf.add(tf.mul(x, perceptron('gamma')), perceptron('beta'));
  };
  const fusion = (name: string, x: tf.Tensor4D, modulation: tf.Tensor2D): tf.Tensor4D =>
    leakyRelu(affine(`${name}.secondAffine`, leakyRelu(affine(`${name}.firstAffine`, x, modulation)), modulation));

  function draw(noiseValues: tf.Tensor2D, sentence: tf.Tensor2D): tf.Tensor4D {
    const modulation = tf.concat([noiseValues, sentence], 1);
    let maps: tf.Tensor4D = tf.reshape(linear('generator/noiseLayer', noiseValues), [batch, 4, 4, -1]);
    for (let block = 0; block < widths.length - 1; block++) {
      const name = `generator/block${block}`;
      const { shape } = maps;
      maps = tf.image.resizeNearestNeighbor(maps, [2 * shape[1], 2 * shape[2]]);
      const convolved = biased(`${name}.firstConvolution`, fusion(`${name}.firstFusion`, maps, modulation));
      const residual = biased(`${name}.secondConvolution`, fusion(`${name}.secondFusion`, convolved, modulation));
      maps = tf.add(variables.has(`${name}.shortcut.weight`) ? biased(`${name}.shortcut`, maps) : maps, residual);
    }
    return tf.tanh(biased('generator/imageLayer', leakyRelu(maps)));
  }

  function features(images: tf.Tensor4D): tf.Tensor4D {
    let maps = biased('discriminator/imageLayer', images);
    for (let block = 0; block < widths.length - 1; block++) {
      const name = `discriminator/block${block}`;
      const shortcut = variables.has(`${name}.shortcut.weight`) ? biased(`${name}.shortcut`, maps) : maps;
      const down = leakyRelu(convolution(`${name}.downConvolution`, maps, 2));
      const residual = leakyRelu(convolution(`${name}.secondConvolution`, down));
      maps = tf.add(averagePool(shortcut), tf.mul(weight(`${name}.residualShare`), residual));
    }
    return maps;
  }

  function logits(maps: tf.Tensor4D, sentence: tf.Tensor2D): tf.Tensor1D {
    const everywhere = tf.tile(tf.reshape<tf.Rank.R4>(sentence, [batch, 1, 1, condition]), [1, 4, 4, 1]);
    const joint = leakyRelu(convolution('discriminator/head.joint', tf.concat([maps, everywhere], 3)));
    return tf.reshape(convolution('discriminator/head.logit', joint, 1, 'valid'), [batch]);
  }

  const adam = {
    generator: tf.train.adam(RATES.generator, RATES.beta1, RATES.beta2, 1e-8),
    discriminator: tf.train.adam(RATES.discriminator, RATES.beta1, RATES.beta2, 1e-8),
  };

  function step({ images, sentence, noise: noiseValues }: StepValues): tf.Scalar[] {
    const real = tf.tensor4d(images, [batch, imageSize, imageSize, 3]);
    const own = tf.tensor2d(sentence, [batch, condition]);
    const draft = tf.tensor2d(noiseValues, [batch, noise]);
    const drawn = draw(draft, own);
    const terms: tf.Scalar[] = [];
    const judged = tf.variableGrads(() => {
      const maps = features(real);
      const shifted = tf.concat([tf.slice(maps, 1), tf.slice(maps, 0, 1)]);
      const hinges = [
        hinge(tf.sub(1, logits(maps, own))),
        hinge(tf.add(1, logits(shifted, own))),
        hinge(tf.add(1, logits(features(drawn), own))),
      ];
      const gradients = tf.grads((x, s) => logits(features(x as tf.Tensor4D), s as tf.Tensor2D))([real, own]);
      const flat = tf.concat(
        gradients.map((gradient) => tf.reshape(gradient, [batch, -1])),
        1,
      );
      const length = tf.sqrt(tf.sum(tf.square(flat), 1));
      const penalty: tf.Scalar = tf.mul(2, tf.mean(tf.pow(length, 6)));
      terms.push(...[...hinges, penalty].map((term) => tf.keep(tf.clone(term))));
      const [matched, wrong, fake] = hinges;
      return tf.add(tf.add(matched, tf.div(tf.add(fake, wrong), 2)), penalty);
    }, discriminatorWeights);
    adam.discriminator.applyGradients(named(judged.grads));
    const generated = tf.variableGrads(
      () => tf.neg(tf.mean(logits(features(draw(draft, own)), own))),
      generatorWeights,
    );
    adam.generator.applyGradients(named(generated.grads));
    return [...terms, generated.value];
  }

  return {
    values: stepValues(options),
    async run(values) {
      const losses = tf.tidy(() => step(values));
      const [real, wrong, fake, penalty, generator] = await Promise.all(
        losses.map(async (loss) => (await loss.data())[0]),
      );
      tf.dispose(losses);
      return { real, wrong, fake, penalty, generator };
    },
  };
}

/** The optimisers' type of what `variableGrads` gives. */
function named(gradients: tf.NamedTensorMap): { name: string; tensor: tf.Tensor }[] {
  return Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
}

function hinge(margins: tf.Tensor): tf.Scalar {
  return tf.mean(tf.relu(margins));
}

const leakyRelu = (input: tf.Tensor4D): tf.Tensor4D =>
  // TensorFlow.js passes the input and then `save`, but types every argument as either.
  tf.customGrad<tf.Tensor4D>((x, save) => {
    const slopes = tf.where(tf.greater(x as tf.Tensor, 0), 1, 0.2);
    (save as tf.GradSaveFunc)([slopes]);
    return {
      value: tf.leakyRelu(x as tf.Tensor4D, 0.2),
      gradFunc: (gradient, [saved]) => tf.mul(gradient, saved),
    };
  })(input);

function averagePool(maps: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = maps.shape;
  return tf.mean(tf.reshape(maps, [n, height / 2, 2, width / 2, 2, channels]), [2, 4]);
}
