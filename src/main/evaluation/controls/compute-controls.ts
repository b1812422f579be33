/** Reconstructions by the controls that need no training of a network. */
import type { Method } from '../../../shared/evaluation.ts';
import { CortextError } from '../../../shared/errors.ts';
import { selectImages, type ImageSet } from '../../dataset/image-set.ts';
import { matrixFrom, zeros, type Matrix } from '../linear-algebra/matrix.ts';
import { meanImage } from './mean-image.ts';
import { nearestTrainingImages } from './nearest-training-image.ts';
import { fitRidge, predict } from './ridge.ts';

export interface ControlsRequest {
  /** Per region `[training samples, voxels]`, z-scored with training statistics. */
  readonly trainVoxels: readonly Float32Array[];
  /** Voxels of each region. */
  readonly voxelsPerRegion: readonly number[];
  /** One per training sample, at the network's size. */
  readonly trainImages: ImageSet;
  /**
   * Per region `[test items, voxels]`, z-scored with training statistics; means over trials that are not multiplied by
   * sqrt(trials): a linear model is unbiased for the mean response, and the factor would only overshoot.
   */
  readonly testVoxels: readonly Float32Array[];
  readonly testCount: number;
  /** The stimulus of each training sample: its trials are left out together when the ridge penalty is chosen. */
  readonly groups?: readonly number[];
  readonly penalties: readonly number[];
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (share: number) => void;
}

export interface Controls {
  /** One image per test item at the network's size, in [0, 1]. */
  readonly images: Partial<Record<Method, ImageSet>>;
  /** What was fitted, for `evaluation.json`. */
  readonly notes: Record<string, unknown>;
}

/**
 * Ridge regression from voxels to pixels, the mean training image, and the nearest training image.
 *
 * Models are fitted on training voxels and images alone; test voxels are only predicted from.
 *
 * @throws CortextError `ARRAY_SHAPE`, `IMAGE_COUNT`, `INVALID_CONFIGURATION`, `VALUES_NOT_FINITE`, `CANCELLED`
 */
export async function computeControls(request: ControlsRequest): Promise<Controls> {
  const { trainImages, testCount, groups, penalties, signal, onProgress } = request;
  const { height, width, channels } = trainImages;
  const voxels = joinRegions(request.trainVoxels, request.voxelsPerRegion, trainImages.count);
  const pixels = matrixFrom(trainImages.data, trainImages.count, height * width * channels);
  // Voxels come z-scored: to divide them once more would undo the floor that tames voxels which hardly ever change.
  const model = await fitRidge(voxels, pixels, { penalties, groups, standardise: false, signal, onProgress });
  const predictions = await predict(model, joinRegions(request.testVoxels, request.voxelsPerRegion, testCount), signal);
  const nearest = nearestTrainingImages(predictions, trainImages);
  return {
    images: {
      ridge: { count: testCount, height, width, channels, data: Float32Array.from(predictions.values, clipToUnit) },
      'mean-image': meanImage(trainImages, testCount),
      'nearest-training-image': selectImages(trainImages, nearest),
    },
    notes: {
      ridge: {
        penalty: model.penalty,
        penalties,
        leaveOutErrors: model.leaveOutErrors,
        penaltyChosenBy:
          model.leaveOutErrors === null
            ? 'given'
            : `leaving out ${groups === undefined ? 'one training sample' : 'one training stimulus with all its samples'} at a time`,
        selectionSamples: model.selectionSamples,
        form: model.form,
        samples: voxels.rows,
        voxels: voxels.columns,
        outputs: `${width} x ${height} x ${channels} pixels, clipped to [0, 1]`,
        testResponses: 'means over trials, not multiplied by sqrt(trials)',
      },
      'nearest-training-image': {
        chosenBy: "cosine between the ridge prediction's and the image's deviation from the mean training image",
        trainingSamples: nearest,
      },
    },
  };
}

function clipToUnit(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** Regions side by side: `[samples, all voxels]`. */
function joinRegions(regions: readonly Float32Array[], voxelsPerRegion: readonly number[], samples: number): Matrix {
  const joined = zeros(
    samples,
    voxelsPerRegion.reduce((sum, voxels) => sum + voxels, 0),
  );
  let offset = 0;
  for (const [r, voxels] of voxelsPerRegion.entries()) {
    const region = regions[r];
    if (region?.length !== samples * voxels) {
      throw new CortextError(
        'ARRAY_SHAPE',
        `Region ${r + 1} has ${region?.length ?? 0} values instead of ${samples} samples x ${voxels} voxels.`,
      );
    }
    for (let sample = 0; sample < samples; sample++) {
      joined.values.set(region.subarray(sample * voxels, (sample + 1) * voxels), sample * joined.columns + offset);
    }
    offset += voxels;
  }
  return joined;
}
