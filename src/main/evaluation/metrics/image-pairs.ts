/** Sets of images that are compared pair by pair. */
import { CortextError } from '../../../shared/errors.ts';
import { toColour, toGrey, type ImageSet } from '../../dataset/image-set.ts';

export interface ComparableImages {
  readonly stimuli: ImageSet;
  readonly reconstructions: ImageSet;
}

/**
 * Brings both sets to the same channels: grey becomes three equal channels when the other set has colour.
 *
 * @param name - of the reconstructions, for messages
 * @throws CortextError `ARRAY_SHAPE` when the sizes differ, `VALUES_NOT_FINITE` for an image with missing values
 */
export function comparable(stimuli: ImageSet, reconstructions: ImageSet, name = 'reconstructions'): ComparableImages {
  if (stimuli.height !== reconstructions.height || stimuli.width !== reconstructions.width) {
    throw new CortextError(
      'ARRAY_SHAPE',
      `The ${name} images have ${reconstructions.width} x ${reconstructions.height} pixels, ` +
        `the stimuli ${stimuli.width} x ${stimuli.height}.`,
      { hint: "Bring reconstructions to the stimuli's own size first." },
    );
  }
  requireFinite(stimuli, 'stimuli');
  requireFinite(reconstructions, name);
  if (stimuli.channels === reconstructions.channels) return { stimuli, reconstructions };
  return { stimuli: toColour(stimuli), reconstructions: toColour(reconstructions) };
}

/** As `comparable`, for sets whose images belong together one by one. @throws also when the counts differ */
export function comparablePairs(stimuli: ImageSet, reconstructions: ImageSet): ComparableImages {
  if (stimuli.count !== reconstructions.count) {
    throw new CortextError(
      'IMAGE_COUNT',
      `There are ${reconstructions.count} reconstructions for ${stimuli.count} stimuli.`,
    );
  }
  return comparable(stimuli, reconstructions);
}

/** Grey versions of both sets (luminance of ITU-R BT.709). */
export function greyPair({ stimuli, reconstructions }: ComparableImages): ComparableImages {
  return { stimuli: toGrey(stimuli), reconstructions: toGrey(reconstructions) };
}

/** Values of one image: height * width * channels. */
export function imageSize({ height, width, channels }: ImageSet): number {
  return height * width * channels;
}

function requireFinite(set: ImageSet, name: string): void {
  const broken = set.data.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  const image = Math.floor(broken / imageSize(set));
  throw new CortextError(
    'VALUES_NOT_FINITE',
    `Image ${image + 1} of ${set.count} of the ${name} has values that are not numbers.`,
    {
      hint: 'A network that diverged draws such images: train again with smaller learning rates.',
    },
  );
}
