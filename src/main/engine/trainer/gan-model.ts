/**
 * One brain-language GAN: its weights, and the steps that train and use it.
 *
 * The pieces (condition encoder, generator, discriminator, losses) are pure functions of weights and tensors; here they
 * are joined into whole steps that the runtime runs eagerly or as one native graph.
 */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { ConditionConfig, NetworkConfig, ObjectiveConfig, TrainingConfig } from '../../../shared/experiment.ts';
import { Random } from '../../../shared/random.ts';
import { conditionEncoder } from '../networks/condition/condition-encoder.ts';
import { dfGanDiscriminator } from '../networks/df-gan/discriminator.ts';
import { dfGanGenerator } from '../networks/df-gan/generator.ts';
import { discriminatorLoss } from '../networks/df-gan/losses.ts';
import { imageEncoder } from '../networks/image-encoder.ts';
import type { ParameterSpec, Weights } from '../networks/parameters.ts';
import { generatorHinge } from '../objectives/hinge.ts';
import { featureLoss, pixelLoss, ssimLoss } from '../objectives/reconstruction-losses.ts';
import type { FeedSpec, StepRuntime } from '../runtime/step-runtime.ts';
import type { Batch } from './batch-feeder.ts';
import type { CheckpointTensor } from './checkpoint.ts';

export interface GanModelOptions {
  readonly voxelsPerRegion: readonly number[];
  readonly imageChannels: 1 | 3;
  readonly condition: ConditionConfig;
  readonly network: NetworkConfig;
  readonly objective: ObjectiveConfig;
  readonly training: TrainingConfig;
  readonly seed: number;
  /** Weights of the trained image encoder, when the feature loss is used. */
  readonly encoderWeights: ReadonlyMap<string, CheckpointTensor> | null;
}

export interface StepRates {
  readonly updateDiscriminator: boolean;
  readonly generatorRate: number;
  readonly discriminatorRate: number;
  readonly averagingDecay: number;
}

export interface GanModel {
  /** One training step; returns its losses by name. */
  train(batch: Batch, rates: StepRates): Promise<Record<string, number>>;
  /**
   * Draws images with the averaged weights.
   *
   * @param responses - per region `[count, voxels]`, z-scored, no dropout
   * @param noise - `[count, noise]`
   * @returns `[count, size, size, channels]` in [-1, 1]
   */
  reconstruct(responses: readonly Float32Array[], noise: Float32Array, count: number): Promise<Float32Array>;
  /** All weights, averages and optimiser state. */
  snapshot(): Promise<ReadonlyMap<string, CheckpointTensor>>;
  /** @throws CortextError `CHECKPOINT_DAMAGED` when a tensor is missing or has another shape */
  restore(tensors: ReadonlyMap<string, CheckpointTensor>): void;
  dispose(): void;
}

const AVERAGED = ['condition', 'generator'] as const;

/** Builds the network with seeded initial weights. */
export function createGanModel(runtime: StepRuntime, options: GanModelOptions): GanModel {
  const { network, objective, training } = options;
  const { variables } = runtime;
  const size = network.imageSize;
  const condition = conditionEncoder({
    voxelsPerRegion: [...options.voxelsPerRegion],
    embedding: options.condition.embedding,
    sentence: options.condition.sentence,
  });
  const generator = dfGanGenerator({
    imageSize: size,
    channels: network.generatorChannels,
    imageChannels: options.imageChannels,
    noise: network.noise,
    condition: options.condition.embedding,
  });
  const discriminator = dfGanDiscriminator({
    imageSize: size,
    channels: network.discriminatorChannels,
    imageChannels: options.imageChannels,
    condition: options.condition.embedding,
  });
  const encoder =
    objective.feature > 0 ? imageEncoder({ imageSize: size, imageChannels: options.imageChannels }) : null;

  const names = {
    condition: createVariables(runtime, 'condition', condition.parameters, options.seed),
    generator: createVariables(runtime, 'generator', generator.parameters, options.seed),
    discriminator: createVariables(runtime, 'discriminator', discriminator.parameters, options.seed),
  };
  const averages = training.averaging > 0;
  if (averages) {
    // An average starts where its weight does.
    createVariables(runtime, 'condition', condition.parameters, options.seed, 'average/');
    createVariables(runtime, 'generator', generator.parameters, options.seed, 'average/');
  }
  if (encoder !== null) createFrozen(runtime, encoder.parameters, options.encoderWeights);

  const weightsOf =
    (prefix: string): Weights =>
    (name) =>
      variables.get(`${prefix}/${name}`);
  const weights = {
    condition: weightsOf('condition'),
    generator: weightsOf('generator'),
    discriminator: weightsOf('discriminator'),
    encoder: weightsOf('encoder'),
  };
  const averaged = averages
    ? { condition: weightsOf('average/condition'), generator: weightsOf('average/generator') }
    : weights;
  const { beta1, beta2 } = training;
  // The condition encoder learns with the generator: both serve the picture.
  const drawnNames = [...names.condition, ...names.generator];
  const generatorAdam = runtime.adam({ name: 'generator', parameters: drawnNames, beta1, beta2 });
  const discriminatorAdam = runtime.adam({ name: 'discriminator', parameters: names.discriminator, beta1, beta2 });

  type Images = tf.Tensor4D;
  type Sentence = tf.Tensor2D;
  const encode = (responses: readonly Sentence[]): Sentence => condition.encode(weights.condition, responses).sentence;
  const score = (images: Images, sentence: Sentence) =>
    discriminator.logits(weights.discriminator, discriminator.features(weights.discriminator, images), sentence);

  const mixes = options.condition.mixup > 0;
  const regionFeeds = (prefix: string, rows: number | null): FeedSpec =>
    Object.fromEntries(
      options.voxelsPerRegion.map((voxels, r) => [`${prefix}${r}`, { shape: [rows, voxels], dtype: 'float32' }]),
    );
  const regionTensors = (prefix: string, feeds: Record<string, tf.Tensor>): Sentence[] =>
    // Shapes are stated in regionFeeds.
    options.voxelsPerRegion.map((_, r) => feeds[`${prefix}${r}`] as Sentence);
  const regionValues = (prefix: string, responses: readonly Float32Array[]): Record<string, Float32Array> =>
    Object.fromEntries(responses.map((values, r) => [`${prefix}${r}`, values]));

  const { batch } = training;
  const imageShape = [batch, size, size, options.imageChannels];
  const feeds: FeedSpec = {
    images: { shape: imageShape, dtype: 'float32' },
    ...regionFeeds('response', batch),
    ...(mixes ? { targets: { shape: imageShape, dtype: 'float32' }, ...regionFeeds('mixed', batch) } : {}),
    noise: { shape: [batch, network.noise], dtype: 'float32' },
    wrongOrder: { shape: [batch], dtype: 'int32' },
    generatorRate: { shape: [], dtype: 'float32' },
    discriminatorRate: { shape: [], dtype: 'float32' },
    averagingDecay: { shape: [], dtype: 'float32' },
  };

  const trainingBody =
    (updateDiscriminator: boolean) =>
    (fed: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
      // The shapes of all feeds are stated above.
      const images = fed.images as Images;
      const targets = (mixes ? fed.targets : fed.images) as Images;
      const noise = fed.noise as Sentence;
      const responses = regionTensors('response', fed);
      const mixed = mixes ? regionTensors('mixed', fed) : responses;

      // Discriminator first. Its conditions and fakes are drawn outside the gradient: they are given to it.
      const sentence = encode(responses);
      const fakeSentence = mixes ? encode(mixed) : sentence;
      const fake = generator.generate(weights.generator, noise, fakeSentence);
      const zero = tf.scalar(0);
      const judge = (gradientPenalty: number) =>
        discriminatorLoss(
          discriminator,
          weights.discriminator,
          // The feed is int32 [batch].
          { images, sentence, fake, fakeSentence, wrongOrder: fed.wrongOrder as tf.Tensor1D },
          { ...objective, gradientPenalty },
        );
      let judged;
      if (updateDiscriminator) {
        const step = runtime.gradients(() => {
          const { total, ...terms } = judge(objective.gradientPenalty);
          return { loss: total, ...terms };
        }, names.discriminator);
        judged = step.terms;
        discriminatorAdam.apply(step.gradients, fed.discriminatorRate.asScalar());
      } else {
        judged = judge(0);
      }

      // Then the generator, against the discriminator as it now is, as the published loop does.
      const drawing = runtime.gradients(() => {
        const condition = encode(mixed);
        const image = generator.generate(weights.generator, noise, condition);
        const adversarial = generatorHinge(score(image, condition));
        const pixel = objective.pixel > 0 ? pixelLoss(image, targets) : zero;
        const ssim = objective.ssim > 0 ? ssimLoss(image, targets) : zero;
        const feature =
          encoder === null
            ? zero
            : featureLoss(encoder.features(weights.encoder, image), encoder.features(weights.encoder, targets));
        const loss = tf.addN([
          tf.mul(adversarial, objective.adversarial),
          tf.mul(pixel, objective.pixel),
          tf.mul(ssim, objective.ssim),
          tf.mul(feature, objective.feature),
        ]);
        return { loss, adversarial, pixel, ssim, feature };
      }, drawnNames);
      generatorAdam.apply(drawing.gradients, fed.generatorRate.asScalar());

      if (averages) {
        for (const name of AVERAGED.flatMap((part) => names[part])) {
          const average = variables.get(`average/${name}`);
          const moved = tf.add(
            tf.mul(average, fed.averagingDecay),
            tf.mul(variables.get(name), tf.sub(1, fed.averagingDecay)),
          );
          runtime.assign(`average/${name}`, moved);
        }
      }
      return {
        real: judged.real,
        wrong: judged.wrong,
        fake: judged.fake,
        penalty: judged.penalty,
        generator: drawing.value,
        adversarial: drawing.terms.adversarial,
        pixel: drawing.terms.pixel,
        ssim: drawing.terms.ssim,
        feature: drawing.terms.feature,
      };
    };

  // A smaller last batch is filled up where it would have to be compiled for: that takes longer than to draw some images
  // which are thrown away.
  const drawnAtOnce = runtime.mode === 'compiled' ? batch : null;
  const steps = {
    full: runtime.compile('train', feeds, trainingBody(true)),
    generatorOnly: training.balance ? runtime.compile('train-generator', feeds, trainingBody(false)) : null,
    reconstruct: runtime.compile(
      'reconstruct',
      { ...regionFeeds('response', drawnAtOnce), noise: { shape: [drawnAtOnce, network.noise], dtype: 'float32' } },
      (fed: Record<string, tf.Tensor>) => {
        const sentence = condition.encode(averaged.condition, regionTensors('response', fed)).sentence;
        return { images: generator.generate(averaged.generator, fed.noise as Sentence, sentence) };
      },
    ),
  };

  return {
    async train(batchValues, rates) {
      const step = rates.updateDiscriminator || steps.generatorOnly === null ? steps.full : steps.generatorOnly;
      const values = await step.run({
        images: batchValues.images,
        ...regionValues('response', batchValues.responses),
        ...(mixes ? { targets: batchValues.targets, ...regionValues('mixed', batchValues.mixedResponses) } : {}),
        noise: batchValues.noise,
        wrongOrder: batchValues.wrongOrder,
        generatorRate: Float32Array.of(rates.generatorRate),
        discriminatorRate: Float32Array.of(rates.discriminatorRate),
        averagingDecay: Float32Array.of(rates.averagingDecay),
      });
      return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value[0]]));
    },

    async reconstruct(responses, noise, count) {
      const length = size * size * options.imageChannels;
      const drawn = new Float32Array(count * length);
      for (let start = 0; start < count; start += batch) {
        const rows = Math.min(batch, count - start);
        const fed = drawnAtOnce ?? rows;
        const { images } = await steps.reconstruct.run({
          ...regionValues(
            'response',
            responses.map((region, r) => rowsOf(region, start, rows, fed, options.voxelsPerRegion[r])),
          ),
          noise: rowsOf(noise, start, rows, fed, network.noise),
        });
        drawn.set(images.subarray(0, rows * length), start * length);
      }
      return drawn;
    },

    snapshot: () => variables.readAll(),

    restore(tensors) {
      for (const name of variables.names()) {
        const saved = tensors.get(name);
        const { shape } = variables.get(name);
        if (saved === undefined || saved.shape.join() !== shape.join()) {
          throw new CortextError(
            'CHECKPOINT_DAMAGED',
            `The checkpoint ${saved === undefined ? 'lacks' : 'has another shape for'} the weight ${name}.`,
            { hint: 'It was written by another version of Cortext. Create a new experiment with the same settings.' },
          );
        }
        variables.write(name, saved.values);
      }
    },

    dispose() {
      runtime.dispose();
    },
  };
}

/**
 * Creates a part's variables with initial values that depend only on the seed and their name.
 *
 * @param prefix - goes before their names, but not into the initial values
 */
function createVariables(
  runtime: StepRuntime,
  part: string,
  parameters: readonly ParameterSpec[],
  seed: number,
  prefix = '',
): string[] {
  return parameters.map((parameter) => {
    const name = `${part}/${parameter.name}`;
    runtime.variables.create(prefix + name, [...parameter.shape], parameter.initialise(new Random(seed, name)));
    return prefix + name;
  });
}

/** Weights that take part but are not trained here. */
function createFrozen(
  runtime: StepRuntime,
  parameters: readonly ParameterSpec[],
  trained: ReadonlyMap<string, CheckpointTensor> | null,
): void {
  for (const { name, shape } of parameters) {
    const saved = trained?.get(`encoder/${name}`);
    if (saved === undefined) {
      throw new CortextError('INTERNAL', 'The feature loss was asked for before the image encoder was trained.');
    }
    runtime.variables.create(`encoder/${name}`, [...shape], saved.values);
  }
}

function rowsOf(matrix: Float32Array, start: number, rows: number, padded: number, width: number): Float32Array {
  const part = new Float32Array(padded * width);
  part.set(matrix.subarray(start * width, (start + rows) * width));
  return part;
}
