/** Presets: named starting configurations, files in resources/presets. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CortextError } from '../../shared/errors.ts';
import { presetSchema, type Preset } from '../../shared/experiment.ts';
import { readJson } from '../files/atomic.ts';

const folder = fileURLToPath(new URL('../../../resources/presets/', import.meta.url));

/** In order of effort. */
export function listPresets(): Preset[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson(`${folder}${name}`, presetSchema, 'INVALID_CONFIGURATION'))
    .sort((a, b) => a.network.imageSize - b.network.imageSize || a.training.steps - b.training.steps);
}

/** @param name - a preset's name, or the path of a preset file of the user's own */
export function loadPreset(name: string): Preset {
  const shipped = `${folder}${name}.json`;
  if (/^[a-z0-9-]+$/.test(name) && existsSync(shipped)) return readJson(shipped, presetSchema, 'INVALID_CONFIGURATION');
  if (name.endsWith('.json') && existsSync(name)) return readJson(name, presetSchema, 'INVALID_CONFIGURATION');
  const names = listPresets().map((preset) => preset.name);
  throw new CortextError('PRESET_NOT_FOUND', `There is no preset ${name}.`, {
    hint: `Presets are ${names.join(', ')}, or the path of a preset file ending in .json.`,
  });
}
