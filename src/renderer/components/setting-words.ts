/** Settings as people read them: their titles, and their values in words. */
import { signOffSchema } from '../../shared/experiment.ts';
import {
  furtherSettingTexts,
  settingSections,
  settingTexts,
  type SettingSection,
  type SettingText,
} from '../texts/training-settings.ts';
import { texts } from '../texts/en.ts';
import { formatNumber } from './format.ts';

/** Names rather than amounts: nobody reads them in thousands. */
const identifying: ReadonlySet<string> = new Set(['seed', 'split.seed', 'gpu.index']);

/** @param path - in a configuration: `training.steps`. One that has no words of its own stands for itself. */
export function settingText(path: string): SettingText {
  const [section, name] = path.split('.');
  const advanced = section in settingSections ? settingTexts[section as SettingSection] : {};
  return advanced[name] ?? furtherSettingTexts[path] ?? { title: path, text: '' };
}

/** @param value - as a configuration holds it; undefined where the configuration does not have the setting */
export function settingInWords(path: string, value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return settingText(path).choices?.[value] ?? value;
  if (typeof value === 'number')
    return identifying.has(path) ? String(value) : formatNumber(path === 'split.fold' ? value + 1 : value);
  if (Array.isArray(value)) return listInWords(path, value);
  return JSON.stringify(value);
}

function listInWords(path: string, values: readonly unknown[]): string {
  if (path === 'split.train' || path === 'split.test') return formatNumber(values.length);
  if (values.length === 0) return '–';
  // Numbers may have commas of their own.
  const separator = values.every((value) => typeof value === 'number') ? ' · ' : ', ';
  return values.map((value) => entryInWords(path, value)).join(separator);
}

function entryInWords(path: string, value: unknown): string {
  const signOff = signOffSchema.safeParse(value).data;
  if (signOff !== undefined) return `${texts.train.leaks[signOff.guard]}: ${signOff.reason}`;
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return settingInWords(path, value);
}

/** @param typed - as a form and the command line have it */
export function typedSettingInWords(path: string, typed: string): string {
  const isPlain = /^(true|false|null|-?[\d.]+(e-?\d+)?)$/i.test(typed);
  const hasWords = settingText(path).choices?.[typed] !== undefined;
  return settingInWords(path, isPlain && !hasWords ? (JSON.parse(typed) as unknown) : typed);
}
