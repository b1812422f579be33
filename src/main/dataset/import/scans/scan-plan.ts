/** What a format found out about a recording of scanner runs, before any volume is read. */
import type { RunEvent } from '../../time-series/scanner-run.ts';
import type { RecipeGuess } from '../load-recipe.ts';
import type { RegionProposal } from './region-proposal.ts';
import type { ScansRecipe } from './scans-recipe.ts';

/** One run and the files that belong to it; paths are absolute. */
export interface PlannedRun {
  /** Distinct within its session. */
  readonly name: string;
  readonly session: string | null;
  readonly task: string | null;
  readonly volumes: string;
  /** A table of events; or events that a format has read itself; null when there are none. */
  readonly events: string | readonly RunEvent[] | null;
  readonly confounds: string | null;
  /** Seconds; null when only the volumes may say it. */
  readonly repetitionTime: number | null;
  readonly startTime: number;
}

export interface ScanPlan<R extends ScansRecipe = ScansRecipe> {
  /** With what was recognised filled in; paths as in `LoadedRecipe`. */
  readonly recipe: R;
  readonly name: string;
  readonly subject: string;
  readonly runs: readonly PlannedRun[];
  readonly proposals: readonly RegionProposal[];
  /** What to say of regions that lie in another space than the runs; null where there are none. */
  readonly regionsElsewhere: string | null;
  /** Folder of images; null when there is none. */
  readonly images: string | null;
  readonly guesses: readonly RecipeGuess[];
  /** Further files that were read: sidecars, keys. */
  readonly sources: readonly string[];
}
