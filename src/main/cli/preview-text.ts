/** What an import would bring, for a person. */
import type { ImportPreview } from '../services/importing.ts';
import { table } from './output.ts';

export function previewText(preview: ImportPreview): string {
  const { stimuli, responses, regions, overlaps, columns, possibleSplits, guesses, warnings } = preview;
  const repeats = stimuli.repetitions;
  const shown =
    repeats === null
      ? ''
      : `, each shown ${repeats.least === repeats.most ? repeats.least : `${repeats.least} to ${repeats.most}`} times`;
  const sizes = stimuli.sizes.map(({ width, height, channels }) => {
    return `${width} x ${height} px, ${channels === 1 ? 'grey' : 'colour'}`;
  });
  const facts: [string, string][] = [
    ['recording', `${preview.name} (subject ${preview.subject})`],
    ['format', preview.format],
    ['samples', String(preview.samples)],
    ['voxels', `${preview.voxels}${preview.hasPositions ? ', with positions' : ''}`],
    ['stimuli', `${stimuli.count}${shown}${sizes.length === 0 ? '' : `; ${[...new Set(sizes)].join(', ')}`}`],
    ...Object.entries(responses)
      .filter(([, value]) => typeof value === 'number')
      .map(([name, value]): [string, string] => [inWords(name), formatNumber(value as number)]),
    ...columns.map(({ name, distinct, values }): [string, string] => [
      `column ${name}`,
      `${distinct} different: ${values.slice(0, 6).map(([value, count]) => `${value} (${count})`).join(', ')}${distinct > 6 ? ', ...' : ''}`,
    ]),
  ];
  const sections = [
    ...(preview.scans === null ? [] : [runsText(preview.scans)]),
    table(facts, [
      { title: '', text: ([name]) => name },
      { title: '', text: ([, value]) => value },
    ]).trimStart(),
    table(regions, [
      { title: 'region', text: (region) => region.name },
      { title: 'voxels', align: 'right', text: (region) => String(region.voxels) },
    ]),
    possibleSplits.length === 0
      ? 'No split is possible with these columns.'
      : `Possible splits: ${possibleSplits.map(({ kind, folds }) => (folds > 1 ? `${kind} (${folds} folds)` : kind)).join(', ')}`,
  ];
  if (overlaps.length > 0) {
    sections.push(
      `Overlapping regions: ${overlaps.map(({ first, second, voxels }) => `${first} and ${second} (${voxels} voxels)`).join(', ')}`,
    );
  }
  if (guesses.length > 0) {
    sections.push(
      ['Not stated, so taken as:', ...guesses.map(({ about, choice, reason }) => `  ${about}: ${choice} (${reason})`)].join('\n'),
    );
  }
  if (warnings.length > 0) sections.push(['Worth a look:', ...warnings.map((warning) => `  ${warning}`)].join('\n'));
  sections.push(
    preview.contactSheet === null
      ? 'There are no pictures.'
      : `Look at the first stimuli before you import: ${preview.contactSheet}`,
  );
  if (preview.timeCourse !== null) sections.push(`Look at what the steps do to one voxel: ${preview.timeCourse}`);
  if (preview.slices !== null) sections.push(`Look where the regions lie in the head: ${preview.slices}`);
  return sections.join('\n\n');
}

/** Runs that are alike are one line. */
function runsText({ runs, grid, problems }: NonNullable<ImportPreview['scans']>): string {
  const alike = Map.groupBy(runs, (run) => JSON.stringify({ ...run, run: '' }));
  const names = (list: typeof runs): string =>
    list.length > 4 ? `${list[0].run} ... ${list[list.length - 1].run}` : list.map(({ run }) => run).join(', ');
  const lines = table(
    [...alike.values()],
    [
      { title: 'runs', align: 'right', text: (list) => String(list.length) },
      { title: 'which', text: names },
      { title: 'volumes', align: 'right', text: ([run]) => String(run.volumes) },
      { title: 'every', align: 'right', text: ([run]) => `${run.repetitionTime} s` },
      { title: 'events', align: 'right', text: ([run]) => String(run.events) },
      { title: 'confounds', align: 'right', text: ([run]) => String(run.confounds) },
    ],
  ).trimStart();
  const told = problems.slice(0, 12).map((problem) => `  ${problem}`);
  const rest = problems.length > told.length ? [`  and ${problems.length - told.length} more`] : [];
  return [lines, `Volumes have ${grid}.`, ...(told.length === 0 ? [] : ['About the runs:', ...told, ...rest])].join('\n');
}

/** `constantVoxels` to `constant voxels`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
