/**
 * What a reader or the simulator hands over: everything a recording will hold, not yet checked and not yet on disk.
 */
import { CortextError } from '../../shared/errors.ts';
import type {
  PreprocessingStep,
  RecordingMetadata,
  RecordingSpace,
  ReferenceVolume,
  Region,
  SampleColumns,
  SourceFile,
} from '../../shared/recording.ts';
import { selectImages, type ImageSet } from './image-set.ts';

/** One image that was shown. Images with the same pixels become one stimulus when the draft is written. */
export interface DraftStimulus {
  readonly name: string;
  readonly category: string | null;
}

/** Pictures one at a time: thousands of photographs do not fit into memory together. */
export interface DraftImages {
  readonly count: number;
  /** A set of one image, in [0, 1]. */
  load(index: number, signal?: AbortSignal): Promise<ImageSet>;
}

export function imagesInMemory(sets: readonly ImageSet[]): DraftImages {
  return {
    count: sets.reduce((sum, set) => sum + set.count, 0),
    load: (index) => {
      let before = 0;
      for (const set of sets) {
        if (index < before + set.count) return Promise.resolve(selectImages(set, [index - before]));
        before += set.count;
      }
      throw new CortextError('INTERNAL', `There is no image ${index} among ${before}.`);
    },
  };
}

export interface RecordingDraft {
  readonly name: string;
  readonly subject: string;
  /** `[samples, voxels]`, row-major. */
  readonly voxels: Float32Array;
  readonly sampleCount: number;
  readonly voxelCount: number;
  /** Millimetre coordinates `[voxels][3]`, where the source has them. */
  readonly positions: readonly (readonly [number, number, number])[] | null;
  /** Where the voxels lie in volumes, for data that comes from volumes. */
  readonly space?: RecordingSpace | null;
  /** A volume to draw the voxels upon, as a whole gzipped NIfTI file. */
  readonly reference?: { readonly kind: ReferenceVolume['kind']; readonly nifti: Uint8Array } | null;
  readonly regions: readonly Region[];
  /** Pixels of every stimulus, in the order of `stimuli`. */
  readonly images: DraftImages;
  /** Names and categories, as many as there are images. */
  readonly stimuli: readonly DraftStimulus[];
  readonly columns: {
    /** Index into `stimuli` per sample; null for a sample without an image. */
    readonly stimulus: readonly (number | null)[];
    /** What the data call the stimulus of a sample whose image is not there. */
    readonly stimulusName?: readonly (string | null)[];
    readonly averagedOver: readonly number[] | null;
    readonly run: readonly string[] | null;
    readonly session: readonly string[] | null;
    readonly category: readonly (string | null)[] | null;
    readonly set: SampleColumns['set'];
  };
  readonly preprocessing: readonly PreprocessingStep[];
  readonly provenance: {
    readonly sources: readonly SourceFile[];
    readonly recipe: Readonly<Record<string, unknown>>;
    /** The recording that this one was made from. */
    readonly derivedFrom?: RecordingMetadata['provenance']['derivedFrom'];
  };
}
