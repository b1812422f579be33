/** What is fuzzed: damaged files of one kind, and what reads them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Random } from '../../../src/shared/random.ts';

/** Files by name. */
export type Input = Readonly<Record<string, Uint8Array | string>>;

export interface Target {
  /** The reader, for the report. */
  readonly name: string;
  /** Inputs in every round: few where one takes long. */
  readonly share: number;
  readonly damaged: (random: Random) => Input;
  /**
   * Reads everything that is in the files. Whatever it throws is judged.
   *
   * @param folder - where the files lie, alone
   */
  readonly read: (folder: string, input: Input) => unknown;
  /** How an error must name what is wrong; by the name of one of the files where nothing is said. */
  readonly named?: (message: string, input: Input) => boolean;
}

export function writeInput(folder: string, input: Input): void {
  for (const [name, content] of Object.entries(input)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** What files are called without their endings: an error of an array in an archive names that entry. */
export function namesOf(input: Input): string[] {
  return Object.keys(input).map((name) => basename(name).replace(/\..*$/, ''));
}
