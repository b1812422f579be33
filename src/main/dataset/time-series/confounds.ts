/** Confound columns by name, as fMRIPrep writes them. */
import { CortextError } from '../../../shared/errors.ts';
import { fitting } from '../selector/evaluate-selector.ts';
import type { ChainFinding, VolumeState } from './run-state.ts';
import { runLabel } from './scanner-run.ts';

/** How many names an error lists. */
const NAMES_TOLD = 20;

/**
 * The columns that the names and patterns select, in the order of the file, each once.
 *
 * Derivatives begin with `n/a`: missing first values become the first one that is there, as in nilearn's
 * `load_confounds`. A pattern may match nothing in a run (a run without motion outliers has no such columns).
 *
 * @param wanted - exact names, or patterns in which `*` stands for any letters
 * @throws CortextError `ARRAY_MISSING` for a name that the run does not have, `VALUES_NOT_FINITE` for a gap further on
 */
export function confoundColumns(
  run: VolumeState,
  wanted: readonly string[],
): { columns: Float64Array[]; findings: ChainFinding[] } {
  const label = runLabel(run);
  const confounds = run.confounds ?? {};
  const available = Object.keys(confounds);
  const chosen = new Set<string>();
  const findings: ChainFinding[] = [];
  for (const name of wanted) {
    const matches = name.includes('*') ? available.filter(fitting(name)) : [name];
    if (matches.length === 0) {
      const message = `No confound of run ${label} is called ${name}.`;
      findings.push({ kind: 'confound-dropped', run: label, message, count: 1 });
    }
    if (!name.includes('*') && !(name in confounds)) throw unknownConfound(label, name, available);
    for (const match of matches) chosen.add(match);
  }
  const names = available.filter((name) => chosen.has(name));
  return { columns: names.map((name) => withoutGap(label, name, confounds[name])), findings };
}

function withoutGap(label: string, name: string, column: Float64Array): Float64Array {
  const first = column.findIndex((value) => Number.isFinite(value));
  const filled = first > 0 ? column.map((value, row) => (row < first ? column[first] : value)) : column;
  const gap = filled.findIndex((value) => !Number.isFinite(value));
  if (gap < 0) return filled;
  throw new CortextError(
    'VALUES_NOT_FINITE',
    `The confound ${name} of run ${label} has no value in volume ${gap + 1}.`,
    { hint: 'Only the first values of a column may be missing. Leave this confound out, or fill its gaps.' },
  );
}

function unknownConfound(label: string, name: string, available: readonly string[]): CortextError {
  const told = available.slice(0, NAMES_TOLD).join(', ');
  return new CortextError('ARRAY_MISSING', `The run ${label} has no confound ${name}.`, {
    hint:
      available.length === 0
        ? 'It came without a confounds file. Leave the step confounds out.'
        : `Available: ${told}${available.length > NAMES_TOLD ? ` and ${available.length - NAMES_TOLD} more` : ''}.`,
    details: { available },
  });
}
