/** What is reconstructed: one item per test stimulus, or one per test sample. */
import { CortextError } from '../../shared/errors.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';

export interface TestItem {
  /** Index into the recording's stimuli. */
  readonly stimulus: number;
  /** Samples whose mean is reconstructed. */
  readonly samples: readonly number[];
  /** How many single trials that mean covers. */
  readonly trials: number;
}

/**
 * Groups test samples by stimulus, in order of first appearance.
 *
 * @param average - false gives every sample an item of its own
 * @throws CortextError `STIMULUS_MISSING` for a sample without a stimulus
 */
export function testItems(metadata: RecordingMetadata, samples: readonly number[], average: boolean): TestItem[] {
  const { stimulus, averagedOver } = metadata.columns;
  const groups = new Map<string, { stimulus: number; samples: number[]; trials: number }>();
  for (const sample of samples) {
    const shown = stimulus[sample];
    if (shown === null) {
      throw new CortextError(
        'STIMULUS_MISSING',
        `Sample ${sample} of ${metadata.id} has no stimulus to compare with.`,
        {
          hint: 'Leave it out of the test part of the split.',
        },
      );
    }
    // By content: entries with the same pixels are the same stimulus.
    const key = average ? metadata.stimuli[shown].id : String(sample);
    const group = groups.get(key) ?? { stimulus: shown, samples: [], trials: 0 };
    group.samples.push(sample);
    group.trials += averagedOver[sample];
    groups.set(key, group);
  }
  return [...groups.values()];
}
