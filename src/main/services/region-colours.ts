/**
 * The colours of a recording's regions: those that the user chose, which lie in `colours.json` beside it, and the usual ones.
 */
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { CortextError } from '../../shared/errors.ts';
import { colourSchema, usualColour } from '../../shared/region-colours.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import type { Workspace } from './workspace.ts';

const COLOURS_SCHEMA_VERSION = 1;
const coloursFileSchema = z.object({
  schemaVersion: z.literal(COLOURS_SCHEMA_VERSION),
  /** By name of the region. */
  colours: z.record(z.string(), colourSchema),
});
type Chosen = Readonly<Record<string, string>>;

/** Of every region, in the order of their names. @param names - of all regions of the recording, imported ones first */
export function regionColours(root: string, recording: string, names: readonly string[]): string[] {
  const chosen = chosenColours(root, recording);
  return names.map((name, place) => (Object.hasOwn(chosen, name) ? chosen[name] : usualColour(place)));
}

/** None where the file cannot be read: colours are no data, and the page must open. */
function chosenColours(root: string, recording: string): Chosen {
  try {
    return readJson(workspaceLayout(root).regionColours(recording), coloursFileSchema, 'RECORDING_DAMAGED').colours;
  } catch (error) {
    if (error instanceof CortextError) return {};
    throw error;
  }
}

/** @param colour - null takes the usual one again */
export function chooseColour(workspace: Workspace, recording: string, name: string, colour: string | null): void {
  const { [name]: _before, ...others } = chosenColours(workspace.root, recording);
  writeColours(workspace, recording, colour === null ? others : { ...others, [name]: colour });
}

/** A renamed region keeps its colour. */
export function renameColour(workspace: Workspace, recording: string, name: string, to: string): void {
  const { [name]: colour, ...others } = chosenColours(workspace.root, recording) as Record<string, string | undefined>;
  if (colour !== undefined) writeColours(workspace, recording, { ...(others as Chosen), [to]: colour });
}

function writeColours({ layout }: Workspace, recording: string, colours: Chosen): void {
  writeJsonAtomic(layout.regionColours(recording), { schemaVersion: COLOURS_SCHEMA_VERSION, colours });
  // Drawn anew when it is next asked for.
  rmSync(layout.slices(recording), { force: true });
}
