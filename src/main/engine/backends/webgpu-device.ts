/** WebGPU in a plain Node process: Dawn, from the npm package `webgpu`. */
import { create, globals } from 'webgpu';

let gpu: GPU | undefined;

/** Dawn's entry, with the globals (`GPUBufferUsage` and others) that code written for browsers expects. */
export function openGpu(): GPU {
  if (gpu === undefined) {
    Object.assign(globalThis, globals);
    gpu = create([]);
    // TensorFlow.js looks for it there.
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  }
  return gpu;
}

/** The most that the adapter can do, as TensorFlow.js asks for it: the defaults are those of the smallest phones. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const {
    maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension,
    maxStorageBufferBindingSize,
    maxBufferSize,
    maxComputeWorkgroupSizeX,
    maxComputeInvocationsPerWorkgroup,
  } = adapter.limits;
  return adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize,
      maxBufferSize,
      maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup,
    },
  });
}
