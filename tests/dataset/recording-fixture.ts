/** Small recordings for tests, complete enough to pass the schema. */
import { sha256 } from '../../src/main/files/hash.ts';
import {
  RECORDING_SCHEMA_VERSION,
  recordingMetadataSchema,
  type RecordingMetadata,
  type SampleColumns,
  type Stimulus,
} from '../../src/shared/recording.ts';

export interface FixtureOptions {
  /** Index of the stimulus of every sample. */
  readonly stimulus: readonly (number | null)[];
  readonly columns?: Partial<SampleColumns>;
  readonly stimuli?: readonly Partial<Stimulus>[];
  readonly voxels?: number;
  readonly regions?: RecordingMetadata['regions'];
}

export function recordingFixture(options: FixtureOptions): RecordingMetadata {
  const shown = options.stimulus.filter((stimulus) => stimulus !== null);
  const counts = new Map<number, number>();
  const repetition = options.stimulus.map((stimulus) => {
    const count = stimulus === null ? 0 : (counts.get(stimulus) ?? 0);
    if (stimulus !== null) counts.set(stimulus, count + 1);
    return count;
  });
  const voxels = options.voxels ?? 10;
  return recordingMetadataSchema.parse({
    schemaVersion: RECORDING_SCHEMA_VERSION,
    id: 'recording-1',
    contentHash: sha256('content'),
    name: 'A recording',
    subject: 'S1',
    createdAt: '2024-01-01T00:00:00Z',
    samples: options.stimulus.length,
    voxels,
    positions: null,
    regions: options.regions ?? [{ name: 'V1', voxels: Array.from({ length: voxels }, (_, i) => i) }],
    stimuli: Array.from({ length: Math.max(...shown) + 1 }, (_, i) => ({
      id: sha256(`stimulus ${i}`),
      name: `image-${String(i).padStart(4, '0')}`,
      width: 8,
      height: 8,
      channels: 1,
      category: null,
      ...options.stimuli?.[i],
    })),
    columns: {
      stimulus: options.stimulus,
      repetition,
      averagedOver: options.stimulus.map(() => 1),
      run: null,
      session: null,
      category: null,
      set: null,
      ...options.columns,
    },
    preprocessing: [],
    quality: { constantVoxels: 0, outlierVoxels: 0, minimum: 0, maximum: 1 },
    provenance: { sources: [], recipe: {}, cortextVersion: '0.1.0' },
  });
}

/** The error that `action` throws, for looking at its code, message and hint. */
export function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
}
