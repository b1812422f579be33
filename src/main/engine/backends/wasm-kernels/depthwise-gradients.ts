/** Both gradients of a depthwise 2-D convolution (NHWC, no dilation), as in SSIM's Gaussian window. */
import * as tf from '@tensorflow/tfjs';
import { tensorInput, type KernelCall } from './kernel-input.ts';

type Shape4 = [number, number, number, number];

interface DepthwiseAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dilations: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometry(
  inShape: Shape4,
  filterShape: Shape4,
  { strides, pad, dilations, dimRoundingMode }: DepthwiseAttributes,
) {
  return tf.backend_util.computeConv2DInfo(inShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
}

/**
 * With respect to the input `[batch, y, x, channels]`: `dy`, spread by the stride, convolved with the turned filter
 * `[height, width, channels, multiplier]`; one convolution per multiplier.
 */
export function depthwiseBackpropInput(call: KernelCall): tf.TensorInfo {
  // Attributes are untyped in the registry; these are what `tf.depthwiseConv2d`'s gradient passes.
  const attributes = call.attrs as unknown as DepthwiseAttributes & { inputShape: Shape4 };
  return tf.tidy(() => {
    const dy = tensorInput<tf.Tensor4D>(call, 'dy');
    const filter = tensorInput<tf.Tensor4D>(call, 'filter');
    const [batch, inHeight, inWidth, channels] = attributes.inputShape;
    const info = geometry(attributes.inputShape, filter.shape, attributes);
    const { outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
    const multiplier = filter.shape[3];
    const perMultiplier = tf.reshape(dy, [batch, outHeight, outWidth, channels, multiplier]);
    const turned = tf.reverse(filter, [0, 1]);
    const top = info.filterHeight - 1 - padInfo.top;
    const left = info.filterWidth - 1 - padInfo.left;

    let sum: tf.Tensor4D | undefined;
    for (let m = 0; m < multiplier; m += 1) {
      const part = tf.reshape<tf.Rank.R4>(
        tf.slice(perMultiplier, [0, 0, 0, 0, m], [batch, outHeight, outWidth, channels, 1]),
        [batch, outHeight, outWidth, channels],
      );
      const spread = insertZeros(part, strideHeight, strideWidth);
      const source = window(spread, top, left, inHeight + info.filterHeight - 1, inWidth + info.filterWidth - 1);
      const filterPart = tf.slice(turned, [0, 0, 0, m], [info.filterHeight, info.filterWidth, channels, 1]);
      const dx = tf.depthwiseConv2d(source, filterPart, 1, 'valid');
      sum = sum === undefined ? dx : tf.add(sum, dx);
    }
    return sum ?? tf.zeros(attributes.inputShape);
  });
}

/** With respect to the filter `[height, width, channels, multiplier]`: per kernel offset a product and a sum. */
export function depthwiseBackpropFilter(call: KernelCall): tf.TensorInfo {
  // Attributes are untyped in the registry; these are what `tf.depthwiseConv2d`'s gradient passes.
  const attributes = call.attrs as unknown as DepthwiseAttributes & { filterShape: Shape4 };
  return tf.tidy(() => {
    const x = tensorInput<tf.Tensor4D>(call, 'x');
    const dy = tensorInput<tf.Tensor4D>(call, 'dy');
    const [height, width, channels, multiplier] = attributes.filterShape;
    const info = geometry(x.shape, attributes.filterShape, attributes);
    const { batchSize, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
    const rows = batchSize * outHeight * outWidth;
    const gradient = tf.reshape(dy, [rows, channels, multiplier]);
    const padded = window(
      x,
      padInfo.top,
      padInfo.left,
      (outHeight - 1) * strideHeight + height,
      (outWidth - 1) * strideWidth + width,
    );
    const parts: tf.Tensor[] = [];
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const part = tf.tidy(() => {
          const end = [row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1] as const;
          const met = tf.stridedSlice(
            padded,
            [0, row, column, 0],
            [batchSize, ...end, channels],
            [1, strideHeight, strideWidth, 1],
          );
          return tf.sum(tf.mul(tf.reshape(met, [rows, channels, 1]), gradient), 0);
        });
        parts.push(part);
      }
    }
    return tf.reshape(tf.stack(parts), [height, width, channels, multiplier]);
  });
}

/** `stride - 1` zeros between neighbours. */
function insertZeros(x: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const spread = tf.pad(tf.reshape(x, [batch, height, 1, width, channels]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, channels * (strideWidth - 1)],
  ]);
  return tf.reshape(spread, [batch, height * strideHeight, width * strideWidth, channels]);
}

/** The part of an endless picture (zeros outside `x`) that starts `top` above and `left` of it. */
function window(x: tf.Tensor4D, top: number, left: number, height: number, width: number): tf.Tensor4D {
  const [batch, inHeight, inWidth, channels] = x.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [Math.max(0, top), Math.max(0, height - top - inHeight)],
    [Math.max(0, left), Math.max(0, width - left - inWidth)],
    [0, 0],
  ]);
  return tf.slice(padded, [0, Math.max(0, -top), Math.max(0, -left), 0], [batch, height, width, channels]);
}
