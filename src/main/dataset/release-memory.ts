/** Large arrays whose memory is given back at once. */

/**
 * Gives back the memory of an array that nothing reads any more; it is empty afterwards, with all that share its memory.
 *
 * The garbage collector does not hurry for memory outside of its heap: without this, some hundred megabytes pile up.
 */
export function releaseMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
