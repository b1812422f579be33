/** File names of the Brain Imaging Data Structure: `sub-01_task-rest_run-1_bold.nii.gz`. */

export interface BidsName {
  /** `{ sub: '01', task: 'rest', run: '1' }`, in the order of the name. */
  readonly entities: Readonly<Record<string, string>>;
  /** What the file holds: `bold`, `events`, `mask`. */
  readonly suffix: string;
  /** With its dots: `.nii.gz`. */
  readonly extension: string;
}

/** @returns null for a name that is none of BIDS */
export function parseBidsName(fileName: string): BidsName | null {
  const dot = fileName.indexOf('.');
  if (dot <= 0) return null;
  const parts = fileName.slice(0, dot).split('_');
  const suffix = suffixOf(parts);
  const entities: Record<string, string> = {};
  for (const part of parts.slice(0, parts.length - suffix.split('_').length)) {
    const dash = part.indexOf('-');
    if (dash <= 0 || dash === part.length - 1) return null;
    entities[part.slice(0, dash)] = part.slice(dash + 1);
  }
  return suffix.includes('-') ? null : { entities, suffix, extension: fileName.slice(dot) };
}

/** fMRIPrep called its first tables of confounds `..._bold_confounds.tsv`: the suffix had a word more. */
function suffixOf(parts: readonly string[]): string {
  const last = parts.slice(-2).join('_');
  return last === 'bold_confounds' ? last : parts[parts.length - 1];
}

/** Whether every entity of `few` stands in `many` with the same value. */
export function agrees(few: Readonly<Record<string, string>>, many: Readonly<Record<string, string>>): boolean {
  return Object.entries(few).every(([name, value]) => many[name] === value);
}

/** A name as a label: letters and digits only. */
export function bidsLabel(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '') || 'unnamed';
}
