/**
 * What a reader or the simulator hands over: everything a recording will hold, not yet checked and not yet on disk.
 */
import type { PreprocessingStep, RecordingSpace, ReferenceVolume, Region, SampleColumns, SourceFile } from '../../shared/recording.ts';
import type { ImageSet } from './image-set.ts';

/** One image that was shown. Images with the same pixels become one stimulus when the draft is written. */
export interface DraftStimulus {
  readonly name: string;
  readonly category: string | null;
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
  /** Pixels of every stimulus, in the order of `stimuli`; one set per size. */
  readonly images: readonly ImageSet[];
  /** Names and categories, as many as `images` has pictures in all. */
  readonly stimuli: readonly DraftStimulus[];
  readonly columns: {
    /** Index into `stimuli` per sample; null for a sample without an image. */
    readonly stimulus: readonly (number | null)[];
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
  };
}
