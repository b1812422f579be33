/** Both gradients of a 2-D convolution (NHWC, no dilation), through convolution and matrix product. */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../../shared/errors.ts';
import { tensorInput, type KernelCall } from './kernel-input.ts';

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
  readonly dataFormat: string;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometry(
  inShape: [number, number, number, number],
  filterShape: [number, number, number, number],
  attributes: ConvolutionAttributes,
) {
  if (attributes.dataFormat !== 'NHWC') {
    throw new CortextError('INTERNAL', `A convolution's gradient on wasm needs NHWC, not ${attributes.dataFormat}.`);
  }
  const { strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computeConv2DInfo(inShape, filterShape, strides, 1, pad, dimRoundingMode);
}

/**
 * Gradient with respect to the filter, `[height, width, in, out]`, from `x` `[batch, y, x, in]` and `dy`.
 *
 * Is itself a convolution: `x` with batch and channels exchanged, by `dy` as a large kernel whose dilation is the stride.
 */
export function conv2dBackpropFilter(call: KernelCall): tf.TensorInfo {
  // Attributes are untyped in the registry; these are what `tf.conv2d`'s gradient passes.
  const attributes = call.attrs as unknown as ConvolutionAttributes & { filterShape: [number, number, number, number] };
  return tf.tidy(() => {
    const x = tensorInput<tf.Tensor4D>(call, 'x');
    const dy = tensorInput<tf.Tensor4D>(call, 'dy');
    const [height, width, channels, filters] = attributes.filterShape;
    const info = geometry(x.shape, attributes.filterShape, attributes);
    const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
    const exchanged = tf.transpose(x, [3, 1, 2, 0]);
    const kernel = tf.transpose(dy, [1, 2, 0, 3]);
    // Zeros after the picture, so that exactly `height` x `width` positions come out; what a stride left over is cut.
    const after = (length: number, before: number, out: number, stride: number, size: number) =>
      Math.max(0, size + (out - 1) * stride - length - before);
    const bottom = after(inHeight, padInfo.top, outHeight, strideHeight, height);
    const right = after(inWidth, padInfo.left, outWidth, strideWidth, width);
    const gradient = tf.conv2d(
      exchanged,
      kernel,
      1,
      [
        [0, 0],
        [padInfo.top, bottom],
        [padInfo.left, right],
        [0, 0],
      ],
      'NHWC',
      [strideHeight, strideWidth],
    );
    const whole = gradient.shape[1] === height && gradient.shape[2] === width;
    const cut = whole ? gradient : tf.slice(gradient, [0, 0, 0, 0], [channels, height, width, filters]);
    return tf.transpose(cut, [1, 2, 0, 3]);
  });
}

/** Zeros before (`top`, `left`) and after, or cuts, so that the picture has this height and width. */
function padOrCrop(x: tf.Tensor4D, top: number, left: number, height: number, width: number): tf.Tensor4D {
  const [batch, inHeight, inWidth, channels] = x.shape;
  const bottom = Math.max(0, height - top - inHeight);
  const right = Math.max(0, width - left - inWidth);
  const padded =
    top + left + bottom + right === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
  if (padded.shape[1] === height && padded.shape[2] === width) return padded;
  return tf.slice(padded, [0, 0, 0, 0], [batch, height, width, channels]);
}

/** How one axis of a strided convolution is undone by a plain one whose channels hold the `stride` phases. */
interface AxisPlan {
  /** Length of the plain convolution's kernel. */
  readonly taps: number;
  /** Zeros before `dy`. */
  readonly before: number;
  /** Length of the padded `dy`. */
  readonly padded: number;
  /** How many of the interleaved positions come before the input's first. */
  readonly shift: number;
  /** For each tap and phase, the index in the original kernel; the kernel's length where there is none. */
  readonly indices: number[];
}

/** The plan with the fewest taps: where the phases begin decides how many of the kernel's elements are zeros. */
function planAxis(length: number, kernel: number, stride: number, padding: number): AxisPlan {
  return Array.from({ length: stride }, (_, shift) => shiftedPlan(length, kernel, stride, padding, shift)).reduce(
    (best, plan) => (plan.taps < best.taps ? plan : best),
  );
}

/**
 * Input position `stride * i + phase - shift` received kernel element `k` from output position `j = i + t` where
 * `k = phase - shift + padding - stride * t`: one plain convolution over `t` per phase.
 */
function shiftedPlan(length: number, kernel: number, stride: number, padding: number, shift: number): AxisPlan {
  const first = Math.ceil((padding - shift - kernel + 1) / stride);
  const last = Math.floor((stride - 1 + padding - shift) / stride);
  const taps = last - first + 1;
  const indices = [];
  for (let t = first; t <= last; t += 1) {
    for (let phase = 0; phase < stride; phase += 1) {
      const k = phase - shift + padding - stride * t;
      indices.push(k >= 0 && k < kernel ? k : kernel);
    }
  }
  return { taps, before: -first, padded: Math.ceil((length + shift) / stride) + taps - 1, shift, indices };
}

/**
 * Gradient with respect to the input, `[batch, y, x, in]`, from `dy` and `filter` `[height, width, in, out]`; the same
 * operation is `tf.conv2dTranspose`.
 *
 * As a plain convolution of `dy` with the turned filter. A stride becomes phases in the channels that are interleaved
 * afterwards (sub-pixel convolution, Shi et al. 2016), so that no zeros are multiplied for it.
 */
export function conv2dBackpropInput(call: KernelCall): tf.TensorInfo {
  // Attributes are untyped in the registry; these are what `tf.conv2d`'s gradient passes.
  const attributes = call.attrs as unknown as ConvolutionAttributes & { inputShape: [number, number, number, number] };
  return tf.tidy(() => {
    const dy = tensorInput<tf.Tensor4D>(call, 'dy');
    const filter = tensorInput<tf.Tensor4D>(call, 'filter');
    const [batch, inHeight, inWidth, channels] = attributes.inputShape;
    const info = geometry(attributes.inputShape, filter.shape, attributes);
    const { filterHeight, filterWidth, strideHeight, strideWidth, outChannels, padInfo } = info;
    const rows = planAxis(inHeight, filterHeight, strideHeight, padInfo.top);
    const columns = planAxis(inWidth, filterWidth, strideWidth, padInfo.left);
    const phases = strideHeight * strideWidth;

    // The package transposes up to four axes fast, so rows and columns of the kernel go through it as one.
    const turned = tf.transpose(
      tf.reshape(gatherKernel(filter, rows, columns, strideHeight, strideWidth), [
        rows.taps * columns.taps,
        phases,
        channels,
        outChannels,
      ]),
      [0, 3, 1, 2],
    );
    const kernel = tf.reshape<tf.Rank.R4>(turned, [rows.taps, columns.taps, outChannels, phases * channels]);
    const source = shiftAndPad(dy, rows, columns);
    const dx = tf.conv2d(source, kernel, 1, 'valid');
    if (phases === 1) return dx;
    const [, high, wide] = dx.shape;
    const interleaved = tf.reshape<tf.Rank.R4>(
      tf.transpose(tf.reshape(dx, [batch * high, wide, strideHeight, strideWidth * channels]), [0, 2, 1, 3]),
      [batch, high * strideHeight, wide * strideWidth, channels],
    );
    const cut = tf.slice(interleaved, [0, rows.shift, columns.shift, 0]);
    return padOrCrop(cut, 0, 0, inHeight, inWidth);
  });
}

/** The kernel's elements `[taps x taps x phases x phases, in, out]` in the order of the plain convolution; zeros where there are none. */
function gatherKernel(
  filter: tf.Tensor4D,
  rows: AxisPlan,
  columns: AxisPlan,
  strideHeight: number,
  strideWidth: number,
): tf.Tensor3D {
  const [height, width, channels, filters] = filter.shape;
  const none = height * width;
  const indices: number[] = [];
  for (let rowTap = 0; rowTap < rows.taps; rowTap += 1) {
    for (let columnTap = 0; columnTap < columns.taps; columnTap += 1) {
      for (let rowPhase = 0; rowPhase < strideHeight; rowPhase += 1) {
        for (let columnPhase = 0; columnPhase < strideWidth; columnPhase += 1) {
          const row = rows.indices[rowTap * strideHeight + rowPhase] ?? height;
          const column = columns.indices[columnTap * strideWidth + columnPhase] ?? width;
          indices.push(row < height && column < width ? row * width + column : none);
        }
      }
    }
  }
  const flat = tf.reshape<tf.Rank.R3>(filter, [none, channels, filters]);
  const padded = indices.includes(none)
    ? tf.pad(flat, [
        [0, 1],
        [0, 0],
        [0, 0],
      ])
    : flat;
  return tf.gather(padded, tf.tensor1d(indices, 'int32'));
}

/** `dy` with its zeros; a negative number of zeros before cuts rows off instead (padding larger than the kernel). */
function shiftAndPad(dy: tf.Tensor4D, rows: AxisPlan, columns: AxisPlan): tf.Tensor4D {
  const cutTop = Math.max(0, -rows.before);
  const cutLeft = Math.max(0, -columns.before);
  const cut = cutTop + cutLeft === 0 ? dy : tf.slice(dy, [0, cutTop, cutLeft, 0]);
  return padOrCrop(cut, Math.max(0, rows.before), Math.max(0, columns.before), rows.padded, columns.padded);
}
