/** Every format that can be imported, and which of them some files are of. */
import { resolve } from 'node:path';
import { CortextError } from '../../../shared/errors.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { arraysFormat } from './arrays-format.ts';
import { bdataFormat } from './bdata/bdata-format.ts';
import type { ImportChoices, ImportFormat } from './import-format.ts';
import type { LoadedRecipe } from './load-recipe.ts';
import { nsdFormat } from './nsd/nsd-format.ts';
import type { FormatName } from './recipe.ts';
import { bidsFormat } from './scans/bids-format.ts';
import { openfmriFormat } from './scans/openfmri-format.ts';
import { runsFormat } from './scans/runs-format.ts';
import { statmapsFormat } from './statmaps/statmaps-format.ts';

const formats: { readonly [Name in FormatName]: ImportFormat<Name> } = {
  arrays: arraysFormat,
  bdata: bdataFormat,
  bids: bidsFormat,
  openfmri: openfmriFormat,
  runs: runsFormat,
  nsd: nsdFormat,
  statmaps: statmapsFormat,
};

/**
 * In this order formats are asked whether files are theirs. Any folder of BIDS may be a dataset of runs, so what has
 * samples already comes before; files of arrays can be anything, so they come last.
 */
const asked: readonly ImportFormat[] = [
  formats.statmaps,
  formats.bids,
  formats.openfmri,
  formats.runs,
  formats.bdata,
  formats.nsd,
  formats.arrays,
];

/** The format of a recipe. */
export function formatOf<Name extends FormatName>(recipe: { readonly format: Name }): ImportFormat<Name> {
  return formats[recipe.format];
}

/** @throws CortextError what listing the files throws */
export function choicesOf(loaded: LoadedRecipe): ImportChoices {
  return (
    formatOf(loaded.recipe).choices?.(loaded) ?? { subjects: [], sessions: [], tasks: [], spaces: [], regionSets: [] }
  );
}

/** The entries of a recipe for files and folders, and why they are taken for what they are. */
export interface RecognisedFiles {
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly guesses: LoadedRecipe['guesses'];
}

/**
 * Asks every format in turn.
 *
 * @param paths - relative to the present folder, or absolute
 * @param options - with `format`, the user has said what the files are, and only that format is asked
 * @throws CortextError `FORMAT_UNKNOWN` when the files are of no format, or not of the one that was named; `CANCELLED`
 */
export async function recogniseFiles(
  paths: readonly string[],
  options: { readonly format?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<RecognisedFiles> {
  const absolute = paths.map((path) => resolve(path));
  for (const format of asked) {
    stopIfCancelled(options.signal);
    if (options.format !== undefined && options.format !== format.name) continue;
    const recognition = await format.recognise(absolute, options.signal);
    if (recognition === null) continue;
    return {
      recipe: { format: format.name, ...recognition.recipe },
      guesses: [{ about: 'format', choice: format.title, reason: recognition.reason }],
    };
  }
  const known = asked.map(({ name }) => name).join(', ');
  throw new CortextError(
    'FORMAT_UNKNOWN',
    `${paths.join(', ')} cannot be read as ${options.format ?? 'a recording'}.`,
    {
      hint: `Formats are ${known}. Leave "format" out to let the files be recognised.`,
      details: { paths: [...paths] },
    },
  );
}
