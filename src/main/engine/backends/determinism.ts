/** Makes libtensorflow give the same bits for the same numbers. */

/**
 * Has to be called before the native engine loads, which reads the environment once.
 *
 * Kernels that divide a sum among threads add its parts in an order that depends on how many there are, so each kernel
 * gets one thread; different kernels still run side by side. What a user has set otherwise is overruled. WebAssembly
 * has one thread and needs nothing; a GPU driven through WebGPU promises nothing.
 */
export function computeDeterministically(): void {
  process.env.TF_NUM_INTRAOP_THREADS = '1';
  // Kernels that have a faster way without a fixed order take the other, or say that there is none; most are CUDA's.
  process.env.TF_DETERMINISTIC_OPS = '1';
}

/** Whether this process was told to; compiled steps then keep the order of sums, which TensorFlow would change. */
export function computesDeterministically(): boolean {
  return process.env.TF_DETERMINISTIC_OPS === '1';
}
