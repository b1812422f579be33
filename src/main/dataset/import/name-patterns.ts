/** How laboratories call their arrays. */

export type ColumnKind = 'stimulus' | 'run' | 'session' | 'category' | 'set' | 'averagedOver' | 'labels' | 'positions';

const endings = '(?:_?(?:id|ids|idx|index|indices|nr|number|numbers|name|names|label|labels|file|files))?';
const columns: readonly (readonly [ColumnKind, RegExp])[] = [
  ['labels', /^(?:rois?|regions?)_?(?:names?|labels?|ids?)?$/i],
  ['positions', /^(?:xyz|(?:voxel_?)?(?:positions?|coords?|coordinates|xyz))$/i],
  ['run', new RegExp(`^(?:runs?|chunks?)${endings}$`, 'i')],
  ['session', new RegExp(`^(?:sess?|sessions?)${endings}$`, 'i')],
  ['set', /^(?:set|split|partition|is_?train(?:ing)?|is_?test|data_?type)$/i],
  ['averagedOver', /^averaged_?over$/i],
  ['stimulus', new RegExp(`^(?:stim|stimulus|stimuli|image|images|img)${endings}$`, 'i')],
  ['category', new RegExp(`^(?:categor(?:y|ies)|class|classes|labels?|conditions?|targets?)${endings}$`, 'i')],
];

/** What tables of trials say beside what a recording keeps: order, times, answers, persons. */
const ofTrials = new RegExp(
  '^(?:' +
    'trials?|repetitions?|reps?|blocks?|folds?|index|idx|order|rows?|samples?|volumes?|scans?|' +
    'subjects?|subj|participants?|' +
    'onsets?|offsets?|durations?|times?|latency|iti|isi|soa|' +
    '(?:response|reaction)_?times?|rts?|response|answer|button|key|correct|accuracy|acc|' +
    'trial_?types?|averaged_?over' +
    `)${endings}$`,
  'i',
);

/** Whether a column of a table is about its samples, by its name: `run`, `onset`. */
export function isSampleName(name: string): boolean {
  return columnKind(name) !== null || ofTrials.test(name);
}

/** Whether a column may be the index that a program wrote in front of a table. */
export function isIndexName(name: string): boolean {
  return /^(?:index|unnamed: ?\d+)$/i.test(name);
}

/** What a column of that name holds; null when the name says nothing. */
export function columnKind(name: string): ColumnKind | null {
  const last = lastPart(name);
  return columns.find(([, pattern]) => pattern.test(last))?.[0] ?? null;
}

export function isImageName(name: string): boolean {
  return /^(?:.*_)?(?:im|img|imgs|images?|pics?|pictures?|stim|stims|stimulus|stimuli|pixels?|figures?)(?:_?(?:array|data|train|test))?$/i.test(
    lastPart(name),
  );
}

export function isVoxelName(name: string): boolean {
  return /voxel|fmri|bold|response|brain|beta/i.test(lastPart(name)) && columnKind(name) === null;
}

const known =
  /^[lr]?(?:h?v[1-8](?:[abdv]|v?d)?|lo[12c]?|ffa|ofa|ppa|rsc|opa|tos|eba|h?mt\+?|mst|ips\d?|l?vc|hvc|votc?|phc\d?|sts|a1)$/i;

/** The region that an array of that name is about: `V1` of `V1_idx`, `LOC` of `roi_LOC`; null for other names. */
export function regionName(name: string): string | null {
  const last = lastPart(name);
  const marked = /^(?:roi|region|mask)_/i.test(last);
  const core = last
    .replace(/^(?:roi|region|mask|is|in)_/i, '')
    .replace(/_?(?:mask|idx|index|indices|voxels?|roi)$/i, '');
  return core !== '' && (marked || known.test(core)) ? core : null;
}

/** Of `group/dataset` and `struct.field`, what stands at the end. */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('.')) + 1);
}
