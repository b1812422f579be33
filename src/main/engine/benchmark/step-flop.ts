/** How much work one published training step is, whatever an implementation makes of it. */
import { channelsByScale, type ImageSize, SMALLEST_MAP, WIDEST } from '../networks/df-gan/channels.ts';

export interface StepSize {
  readonly imageSize: ImageSize;
  readonly batch: number;
  /** Base width of both networks. */
  readonly channels: number;
  readonly noise: number;
  readonly condition: number;
}

/**
 * Multiplications and additions of the convolutions and matrix products in one step of the published code, each pass
 * counted once. The same number for all implementations: one that finds a way to do less gets the credit as speed.
 *
 * The generator runs forward once and backward by its inputs and by its weights. The discriminator runs forward on real
 * and drawn images, backward by inputs and weights for both; the penalty adds its inner gradient by the inputs and, for
 * the second order, a pass of each kind; the generator's loss adds forward and backward by inputs. The head also judges
 * wrong pairs. What the published code computes and throws away is not counted.
 */
export function stepFlop(size: StepSize): number {
  const passes = { generator: 3, features: 11, head: 14 };
  const multiplications =
    passes.generator * generatorProducts(size) +
    passes.features * featureProducts(size) +
    passes.head * headProducts(size);
  return 2 * size.batch * multiplications;
}

/** Multiplications of one image's way through the published generator. */
function generatorProducts({ imageSize, channels, noise, condition }: StepSize): number {
  const widths = channelsByScale(imageSize, channels).reverse();
  const fusion = (width: number): number => 4 * ((noise + condition) * width + width * width);
  const blocks = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const pixels = (SMALLEST_MAP * 2 ** (i + 1)) ** 2;
    const shortcut = inputs === outputs ? 0 : inputs * outputs;
    return pixels * (9 * inputs * outputs + 9 * outputs * outputs + shortcut) + fusion(inputs) + fusion(outputs);
  });
  return noise * SMALLEST_MAP ** 2 * WIDEST * channels + sum(blocks) + imageSize ** 2 * 9 * 3 * channels;
}

/** Of one image to its features. */
function featureProducts({ imageSize, channels }: StepSize): number {
  const widths = channelsByScale(imageSize, channels);
  const blocks = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const pixels = (imageSize / 2 ** i) ** 2;
    const shortcut = inputs === outputs ? 0 : pixels * inputs * outputs;
    return (pixels / 4) * (16 * inputs * outputs + 9 * outputs * outputs) + shortcut;
  });
  return imageSize ** 2 * 9 * 3 * channels + sum(blocks);
}

/** Of one image's features and sentence to the logit. */
function headProducts({ channels, condition }: StepSize): number {
  return SMALLEST_MAP ** 2 * (9 * (WIDEST * channels + condition) * 2 * channels + 2 * channels);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
