import type { UseQueryResult } from '@tanstack/react-query';
import type { RecordingDetails } from '../../../shared/contract.ts';
import type { ShownSplit } from '../../../shared/training.ts';
import { useCall } from '../../api/client-context.tsx';
import { splitOf, type TrainingDraft } from './draft.ts';

export type ShownSplitQuery = UseQueryResult<ShownSplit>;

/** The split of a draft, with its leaks; the one before stays until the next is there. */
export function useShownSplit(draft: TrainingDraft, details: RecordingDetails): ShownSplitQuery {
  const regions = [...(draft.regions ?? details.defaultRegions)];
  const request = { recording: draft.recording, split: splitOf(draft, details), regions };
  return useCall('training.split', request, { keepPrevious: true });
}
