/** Names of an atlas's labels, in the forms in which atlases ship them; told apart by content. */
import { CortextError } from '../../../shared/errors.ts';

export interface LabelTable {
  /** For messages. */
  readonly path: string;
  /** In the order of the file. */
  readonly names: ReadonlyMap<number, string>;
}

/**
 * Reads
 * - tables with a header that names the columns (BIDS `dseg.tsv`: `index`, `name`; comma or tab),
 * - lists of a number and a name per line, with or without further numbers (AAL, FreeSurfer's colour table),
 * - JSON: `{ "1": "V1" }`, `{ "V1": 1 }` or `[{ "index": 1, "name": "V1" }]`,
 * - ITK-SNAP's descriptions of labels, whose names stand in quotes at the end,
 * - the XML of FSL and of SPM.
 *
 * @throws CortextError `FORMAT_UNKNOWN` when there are no names, `FILE_DAMAGED` when one label has two names
 */
export function parseLabelTable(text: string, path: string): LabelTable {
  const start = text.trimStart().charAt(0);
  const entries = start === '{' || start === '[' ? fromJson(text) : start === '<' ? fromXml(text) : fromLines(text);
  const names = new Map<number, string>();
  for (const [label, name] of entries) {
    const known = names.get(label);
    if (known !== undefined && known !== name) {
      throw new CortextError('FILE_DAMAGED', `${path} calls the label ${label} both ${known} and ${name}.`, {
        hint: 'Each label needs one name: correct the table.',
      });
    }
    names.set(label, name);
  }
  if (names.size > 0) return { path, names };
  throw new CortextError('FORMAT_UNKNOWN', `${path} is no table of labels: no line has a whole number and a name.`, {
    hint: 'Write one label per line, as "1 V1", or a table with the columns index and name.',
  });
}

type Entry = readonly [label: number, name: string];

function entry(label: unknown, name: unknown): Entry[] {
  const number = typeof label === 'string' && label.trim() !== '' ? Number(label) : label;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return [];
  const text = typeof name === 'string' ? name.trim() : '';
  return text === '' ? [] : [[number, text]];
}

function fromJson(text: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      if (typeof item !== 'object' || item === null) return [];
      const fields = new Map(Object.entries(item).map(([key, inner]) => [key.toLowerCase(), inner as unknown]));
      return entry(pick(fields, labelColumns), pick(fields, nameColumns));
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'string' ? entry(key, inner) : entry(inner, key),
  );
}

const labelColumns = ['index', 'label', 'value', 'id', 'key', 'number', 'roi', 'no'];
const nameColumns = ['name', 'region', 'label_name', 'labelname', 'roi_name', 'structure', 'area', 'abbreviation'];

function pick(fields: ReadonlyMap<string, unknown>, names: readonly string[]): unknown {
  const name = names.find((candidate) => fields.has(candidate));
  return name === undefined ? undefined : fields.get(name);
}

/** In a probabilistic atlas of FSL, volumes are counted from 0, and the value of a voxel is its volume plus 1. */
function fromXml(text: string): Entry[] {
  const shift = /<type>\s*Prob/i.test(text) ? 1 : 0;
  const ofFsl = [...text.matchAll(/<label\b[^>]*\bindex="(\d+)"[^>]*>([^<]*)<\/label>/gi)];
  const ofSpm = [...text.matchAll(/<label>\s*<index>(\d+)<\/index>(?:\s*<short_name>[^<]*<\/short_name>)?\s*<name>([^<]*)<\/name>/gi)];
  return [
    ...ofFsl.flatMap(([, index, name]) => entry(Number(index) + shift, plainText(name))),
    ...ofSpm.flatMap(([, index, name]) => entry(Number(index), plainText(name))),
  ];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plainText(xml: string): string {
  return xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]);
}

function fromLines(text: string): Entry[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const [first = ''] = lines;
  const separator = first.includes('\t') ? '\t' : first.includes(',') ? ',' : first.includes(';') ? ';' : null;
  if (separator === null) return lines.flatMap(fromWords);
  const rows = lines.map((line) => cells(line, separator));
  const header = rows[0].map((cell) => cell.toLowerCase());
  const named = nameColumns.some((name) => header.includes(name)) && labelColumns.some((name) => header.includes(name));
  if (!named) return rows.flatMap(fromCells);
  return rows.slice(1).flatMap((row) => {
    const fields = new Map(header.map((name, column) => [name, row[column]]));
    return entry(pick(fields, labelColumns), pick(fields, nameColumns));
  });
}

function cells(line: string, separator: string): string[] {
  const parts = [...line.matchAll(new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g'))];
  return parts.map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim());
}

const isWhole = (word: string): boolean => /^\d+$/.test(word);
const isNumber = (word: string): boolean => word !== '' && Number.isFinite(Number(word));

/** The first whole number, and the first cell that is none. */
function fromCells(row: readonly string[]): Entry[] {
  return entry(
    row.find(isWhole),
    row.find((cell) => cell !== '' && !isNumber(cell)),
  );
}

/** `17 Left Hippocampus 220 216 20 0`; or, with the number behind the name, `FAG Precentral_L 2001`. */
function fromWords(line: string): Entry[] {
  const [, number, quoted] = /^\s*(\d+)\s.*"([^"]*)"\s*$/.exec(line) ?? [];
  if (quoted !== undefined) return entry(number, quoted);
  const words = line.trim().split(/\s+/);
  if (isWhole(words[0])) {
    const end = words.findIndex((word, place) => place > 0 && isNumber(word));
    return entry(words[0], words.slice(1, end < 0 ? undefined : end).join(' '));
  }
  const last = words.findIndex(isWhole);
  return last < 1 ? [] : entry(words[last], words[last - 1]);
}
