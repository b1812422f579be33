/** Single settings on top of a preset, as typed: `training.steps=2000`. */
import { CortextError } from '../../shared/errors.ts';
import { presetSchema, type Preset } from '../../shared/experiment.ts';

const sections = ['condition', 'network', 'objective', 'training', 'evaluation'] as const;

/**
 * @param settings - dotted path to value; values are read as JSON where they can be, else as text
 * @throws CortextError `INVALID_CONFIGURATION` naming the setting, and the ones there are when it does not exist
 */
export function applySettings(preset: Preset, settings: Readonly<Record<string, string>>): Preset {
  // A deep copy, because the shipped preset must stay as it is.
  const changed = structuredClone(preset) as unknown as Record<string, Record<string, unknown>>;
  for (const [path, text] of Object.entries(settings)) {
    const [section, key, ...rest] = path.split('.');
    const known = sections.find((name) => name === section);
    if (known === undefined || key === undefined || rest.length > 0 || !(key in changed[known])) {
      const there = sections.flatMap((name) => Object.keys(preset[name]).map((setting) => `${name}.${setting}`));
      throw new CortextError('INVALID_CONFIGURATION', `There is no setting ${path}.`, {
        hint: `Settings are ${there.join(', ')}.`,
      });
    }
    changed[known][key] = parseValue(text);
  }
  const parsed = presetSchema.safeParse(changed);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CortextError('INVALID_CONFIGURATION', `${issue.path.join('.')}: ${issue.message}.`);
  }
  return parsed.data;
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
