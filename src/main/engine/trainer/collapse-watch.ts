/** Looks at samples during training and says in words when the network has gone a known wrong way. */

export interface CollapseWarning {
  readonly code: 'condition-ignored' | 'saturated';
  readonly message: string;
}

/**
 * Judges reconstructions of different conditions against training images.
 *
 * @param samples - `[count, length]` in [-1, 1], drawn for different conditions
 * @param images - `[imageCount, length]` training images in [-1, 1]
 */
export function watchForCollapse(
  samples: Float32Array,
  count: number,
  images: Float32Array,
  imageCount: number,
): CollapseWarning[] {
  const length = samples.length / count;
  const drawn = meanDeviation(samples, count, length);
  const real = meanDeviation(images, Math.min(imageCount, 64), length);
  const warnings: CollapseWarning[] = [];
  if (count > 1 && drawn < 0.05 * real) {
    warnings.push({
      code: 'condition-ignored',
      message:
        'Reconstructions of different responses look the same. Give the pixel loss more weight, select fewer voxels, ' +
        'or check with the ridge control whether the responses carry information about these stimuli.',
    });
  }
  const saturated = share(samples, (value) => Math.abs(value) > 0.995);
  const saturatedReal = share(images, (value) => Math.abs(value) > 0.995);
  if (saturated > 0.9 && saturatedReal < 0.8) {
    warnings.push({
      code: 'saturated',
      message:
        'Nearly all pixels are at black or white, where the network cannot learn any more. Lower the learning rates and ' +
        'start a new experiment.',
    });
  }
  return warnings;
}

/** Mean over pixels of the standard deviation over images. */
function meanDeviation(images: Float32Array, count: number, length: number): number {
  let total = 0;
  for (let k = 0; k < length; k++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = images[i * length + k];
      sum += value;
      squares += value * value;
    }
    total += Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }
  return total / length;
}

function share(values: Float32Array, test: (value: number) => boolean): number {
  let hits = 0;
  for (const value of values) if (test(value)) hits++;
  return hits / values.length;
}
