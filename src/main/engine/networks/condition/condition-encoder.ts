/**
 * Voxel responses as a language: every region of interest is a word, visual cortex is the sentence.
 *
 * The idea is that of Yu, Qiao, Zhang, Wang and Yan (ICCAI 2020), who feed voxel responses to a text-to-image GAN; the
 * layers here are our own reading of it.
 */
import * as tf from '@tensorflow/tfjs';
import { layerNorm } from '../layers.ts';
import { normal, parameter, type ParameterSpec, type Weights } from '../parameters.ts';
import { attentionPooling } from './attention-pooling.ts';

export interface ConditionEncoderOptions {
  readonly voxelsPerRegion: readonly number[];
  /** Length of a word and of the sentence. */
  readonly embedding: number;
  /** `linear` sums the projections of all regions and normalises the sum; `attention` pools the words. */
  readonly sentence: 'linear' | 'attention';
  /**
   * Whether words are made; by default only when the sentence is made of them. Nothing else of DF-GAN reads words, and
   * weights that nothing reads have no gradient.
   */
  readonly words?: boolean;
}

export interface Condition {
  /** `[n, regions, embedding]`; null when the encoder makes none. */
  readonly words: tf.Tensor3D | null;
  /** `[n, embedding]` */
  readonly sentence: tf.Tensor2D;
}

export interface ConditionEncoder {
  readonly parameters: readonly ParameterSpec[];
  /** @param responses - per region `[n, voxels]`, z-scored, voxel dropout already applied */
  encode(weights: Weights, responses: readonly tf.Tensor2D[]): Condition;
}

export function conditionEncoder(options: ConditionEncoderOptions): ConditionEncoder {
  const { voxelsPerRegion, embedding, sentence, words: wanted = sentence === 'attention' } = options;
  const voxels = voxelsPerRegion.reduce((total, count) => total + count, 0);
  const words = wanted || sentence === 'attention' ? regionWords(voxelsPerRegion, embedding) : null;
  const pooling = sentence === 'attention' ? attentionPooling('sentence', voxelsPerRegion.length, embedding) : null;
  // One matrix over all voxels is the sum of one matrix per region: every region adds its word. The norm makes the sentence
  // independent of the overall strength of the response (hence no bias before it), which differs between single trials and averages of many.
  const reading = parameter('sentence.weight', [voxels, embedding], normal(1 / Math.sqrt(voxels)));
  const norm = layerNorm('sentence.norm', embedding);
  const sentenceParameters = pooling === null ? [reading, ...norm.parameters] : pooling.parameters;
  return {
    parameters: [...(words?.parameters ?? []), ...sentenceParameters],
    encode(weights, responses) {
      const spoken = words?.apply(weights, responses) ?? null;
      if (pooling !== null && spoken !== null) return { words: spoken, sentence: pooling.apply(weights, spoken) };
      const all = responses.length === 1 ? responses[0] : tf.concat([...responses], 1);
      const sum: tf.Tensor2D = tf.matMul(all, weights(reading.name));
      return { words: spoken, sentence: norm.apply(weights, sum) };
    },
  };
}

/** `word = LayerNorm(W x) + region embedding`: the norm's usual offset is the region's embedding. */
function regionWords(
  voxelsPerRegion: readonly number[],
  embedding: number,
): {
  parameters: readonly ParameterSpec[];
  apply(weights: Weights, responses: readonly tf.Tensor2D[]): tf.Tensor3D;
} {
  const regions = voxelsPerRegion.map((voxels, i) => ({
    weight: parameter(`region${i}.weight`, [voxels, embedding], normal(1 / Math.sqrt(voxels))),
    norm: layerNorm(`region${i}.norm`, embedding),
    embedding: parameter(`region${i}.embedding`, [embedding], normal(0.02)),
  }));
  return {
    parameters: regions.flatMap((region) => [region.weight, ...region.norm.parameters, region.embedding]),
    apply(weights, responses) {
      const words = regions.map((region, i) => {
        const projected: tf.Tensor2D = tf.matMul(responses[i], weights(region.weight.name));
        const word = tf.add(region.norm.apply(weights, projected), weights(region.embedding.name));
        return tf.reshape<tf.Rank.R3>(word, [-1, 1, embedding]);
      });
      return words.length === 1 ? words[0] : tf.concat(words, 1);
    },
  };
}
