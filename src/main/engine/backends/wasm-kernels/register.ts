/**
 * Kernels that the package `@tensorflow/tfjs-backend-wasm` lacks, or that it has only as plain loops.
 *
 * Its convolution and its plain matrix product run on SIMD kernels, about ten times faster than its loops; everything
 * here that is heavy is expressed through those two.
 */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../../shared/errors.ts';
import { conv2dBackpropFilter, conv2dBackpropInput } from './convolution-gradients.ts';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-gradients.ts';
import { gather } from './gather.ts';
import { fastMatrixProduct } from './matrix-product.ts';
import { resizeNearestNeighborGrad } from './resize-gradient.ts';
import { unsortedSegmentSum } from './segment-sum.ts';
import { tile } from './tile.ts';

let registered = false;

/** Once per process, before the first operation on `wasm`. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  replaceKernel('Conv2DBackpropFilter', () => conv2dBackpropFilter);
  replaceKernel('Conv2DBackpropInput', () => conv2dBackpropInput);
  replaceKernel('DepthwiseConv2dNativeBackpropFilter', () => depthwiseBackpropFilter);
  replaceKernel('DepthwiseConv2dNativeBackpropInput', () => depthwiseBackpropInput);
  replaceKernel('UnsortedSegmentSum', () => unsortedSegmentSum);
  replaceKernel('GatherV2', gather);
  replaceKernel('ResizeNearestNeighborGrad', resizeNearestNeighborGrad);
  replaceKernel('Tile', tile);
  replaceKernel('BatchMatMul', fastMatrixProduct);
}

/** @param make - our kernel, given the package's own to build on */
function replaceKernel(kernelName: string, make: (plain: tf.KernelFunc) => tf.KernelFunc): void {
  // Typed as always there, but undefined when the package has no such kernel.
  const plain = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
  // The registry warns when a kernel is registered over another.
  if (plain !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: make(plain?.kernelFunc ?? missing(kernelName)),
    // Binds the package's kernel to its WebAssembly function when the backend starts; ours call that kernel.
    ...(plain?.setupFunc === undefined ? {} : { setupFunc: plain.setupFunc }),
  });
}

function missing(kernelName: string): tf.KernelFunc {
  return () => {
    throw new CortextError('INTERNAL', `The WASM backend has no kernel ${kernelName}.`);
  };
}
