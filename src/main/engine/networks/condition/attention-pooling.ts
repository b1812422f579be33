/** A sentence from words by attention: each head weighs the words by what it looks for and reads part of the sentence. */
import * as tf from '@tensorflow/tfjs';
import { linear, type Layer } from '../layers.ts';

const HEADS = 4;

/**
 * `[n, words, embedding]` to `[n, embedding]`. Each head has one learned query that all samples share (Lin et al. 2017),
 * so that its weights over regions say where the sentence comes from.
 */
export function attentionPooling(name: string, words: number, embedding: number): Layer<tf.Tensor3D, tf.Tensor2D> {
  const heads = embedding % HEADS === 0 ? HEADS : 1;
  const width = embedding / heads;
  const relevance = linear(`${name}.relevance`, { inputs: embedding, outputs: heads });
  const value = linear(`${name}.value`, { inputs: embedding, outputs: embedding });
  const output = linear(`${name}.output`, { inputs: embedding, outputs: embedding });
  return {
    parameters: [...relevance.parameters, ...value.parameters, ...output.parameters],
    apply(weights, input) {
      const flat: tf.Tensor2D = tf.reshape(input, [-1, embedding]);
      const scores = tf.reshape(relevance.apply(weights, flat), [-1, words, heads]);
      const attention = tf.softmax(tf.transpose(scores, [0, 2, 1]));
      const byWord = tf.reshape(tf.transpose(attention, [0, 2, 1]), [-1, words, heads, 1]);
      const values = tf.reshape(value.apply(weights, flat), [-1, words, heads, width]);
      const pooled: tf.Tensor2D = tf.reshape(tf.sum(tf.mul(values, byWord), 1), [-1, embedding]);
      return output.apply(weights, pooled);
    },
  };
}
