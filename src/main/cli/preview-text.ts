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
  return sections.join('\n\n');
}

/** `constantVoxels` to `constant voxels`. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
