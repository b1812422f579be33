/** A convolutional GAN of 8 px with all that a real one does in its steps, small enough for tests. */
import * as tf from '@tensorflow/tfjs';
import type { FeedSpec, Step, StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { Random } from '../../../src/shared/random.ts';

export const BATCH = 4;
export const NOISE = 6;
const SIZE = 8;

const parameters: Record<string, readonly number[]> = {
  'generator/dense': [NOISE, 4 * 4 * 8],
  'generator/convolution': [3, 3, 8, 3],
  'generator/bias': [3],
  'discriminator/first': [4, 4, 3, 6],
  'discriminator/second': [3, 3, 6, 8],
  'discriminator/share': [1],
  'discriminator/logit': [4, 4, 8, 1],
};

const feeds = {
  images: { shape: [BATCH, SIZE, SIZE, 3], dtype: 'float32' },
  noise: { shape: [BATCH, NOISE], dtype: 'float32' },
  wrongOrder: { shape: [BATCH], dtype: 'int32' },
  rate: { shape: [], dtype: 'float32' },
} as const satisfies FeedSpec;

export type SmallGanFeeds = typeof feeds;

export interface SmallGan {
  readonly train: Step<SmallGanFeeds, 'discriminator' | 'generator' | 'penalty' | 'level'>;
  readonly draw: Step<{ noise: SmallGanFeeds['noise'] }, 'images'>;
}

/** max(x, 0.2 x), differentiable twice. */
const leaky = tf.customGrad((x, save) => {
  // TensorFlow.js types the inputs and `save` as either.
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([tf.add(tf.mul(tf.step(input), 0.8), 0.2)]);
  return { value: tf.leakyRelu(input, 0.2), gradFunc: (dy, [slope]) => tf.mul(dy, slope) };
});

export function createSmallGan(runtime: StepRuntime, seed = 1): SmallGan {
  const { variables } = runtime;
  for (const [name, shape] of Object.entries(parameters)) {
    const random = new Random(seed, name);
    const size = shape.reduce((product, length) => product * length, 1);
    const initial = random.normals(size).map((value) => value * 0.2);
    variables.create(name, shape, initial);
    if (name.startsWith('generator/')) variables.create(`average/${name}`, shape, initial);
  }
  variables.create('level', [], Float32Array.of(0));

  const draw = (prefix: string, noise: tf.Tensor): tf.Tensor4D => {
    const maps = leaky(tf.reshape(tf.matMul(noise, variables.get(`${prefix}generator/dense`)), [BATCH, 4, 4, 8]));
    const large = tf.image.resizeNearestNeighbor(maps as tf.Tensor4D, [SIZE, SIZE]);
    const filter = variables.get(`${prefix}generator/convolution`) as tf.Tensor as tf.Tensor4D;
    return tf.tanh(tf.add(tf.conv2d(large, filter, 1, 'same'), variables.get(`${prefix}generator/bias`)));
  };
  const judge = (images: tf.Tensor): tf.Tensor1D => {
    const filter = (name: string) => variables.get(`discriminator/${name}`) as tf.Tensor as tf.Tensor4D;
    const half = leaky(tf.conv2d(images as tf.Tensor4D, filter('first'), 2, 'same'));
    const second = leaky(tf.conv2d(half as tf.Tensor4D, filter('second'), 1, 'same'));
    const joined = tf.mul(second, tf.add(1, variables.get('discriminator/share')));
    return tf.reshape(tf.conv2d(joined as tf.Tensor4D, filter('logit'), 1, 'valid'), [BATCH]);
  };

  const discriminatorAdam = runtime.adam({
    name: 'discriminator',
    parameters: variables.names('discriminator/'),
    beta1: 0,
    beta2: 0.9,
  });
  const generatorAdam = runtime.adam({
    name: 'generator',
    parameters: variables.names('generator/'),
    beta1: 0.5,
    beta2: 0.999,
  });

  const train = runtime.compile('train', feeds, (fed) => {
    const fake = draw('', fed.noise);
    const judged = runtime.gradients(() => {
      const real = judge(fed.images);
      const wrong = tf.gather(real, fed.wrongOrder);
      const slope = tf.grad((x: tf.Tensor) => tf.sum(judge(x)))(fed.images);
      const penalty = tf.mean(tf.pow(tf.sum(tf.square(tf.reshape(slope, [BATCH, -1])), 1), 3));
      const hinge = tf.add(tf.mean(leaky(tf.sub(1, real))), tf.mean(leaky(tf.add(1, judge(fake)))));
      return { loss: tf.addN([hinge, penalty, tf.mul(0.1, tf.mean(tf.square(wrong)))]), penalty };
    }, variables.names('discriminator/'));
    discriminatorAdam.apply(judged.gradients, tf.mul(fed.rate, 2).asScalar());

    const drawn = runtime.gradients(() => {
      const image = draw('', fed.noise);
      return tf.add(tf.neg(tf.mean(judge(image))), tf.mean(tf.square(tf.sub(image, fed.images))));
    }, variables.names('generator/'));
    generatorAdam.apply(drawn.gradients, fed.rate.asScalar());

    for (const name of variables.names('generator/')) {
      const average = variables.get(`average/${name}`);
      runtime.assign(`average/${name}`, tf.add(tf.mul(average, 0.9), tf.mul(variables.get(name), 0.1)));
    }
    runtime.assign('level', tf.add(tf.mul(variables.get('level'), 0.5), tf.mean(fed.images)));
    return {
      discriminator: judged.value,
      penalty: judged.terms.penalty,
      generator: drawn.value,
      level: variables.get('level'),
    };
  });
  const drawStep = runtime.compile('draw', { noise: feeds.noise }, (fed) => ({ images: draw('average/', fed.noise) }));
  return { train, draw: drawStep };
}

export interface SmallGanBatch {
  images: Float32Array;
  noise: Float32Array;
  wrongOrder: Int32Array;
  rate: Float32Array;
}

export function batchOf(step: number, rate = 0.01): SmallGanBatch {
  const random = new Random(step, 'batch');
  return {
    images: random.normals(BATCH * SIZE * SIZE * 3).map((value) => Math.tanh(0.5 * value + 0.3)),
    noise: random.normals(BATCH * NOISE),
    wrongOrder: Int32Array.from({ length: BATCH }, (_, i) => (i + 1) % BATCH),
    rate: Float32Array.of(rate),
  };
}
