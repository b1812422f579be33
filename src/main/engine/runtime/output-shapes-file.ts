/**
 * Keeps the shapes of operations' outputs between processes, so that the next experiment compiles without trying them
 * out again.
 *
 * They are facts about a version of TensorFlow, whose name is in the file's, and not about a network: a changed network
 * finds those of its operations that are unchanged. A cache is never worth an error: a file that cannot be read, or does
 * not match its hash, counts as empty, and one that cannot be written is left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../files/atomic.ts';
import { sha256 } from '../../files/hash.ts';
import { addonSourceVersion } from '../install/addon-source.ts';
import { engineCacheFolder } from '../install/cache-folder.ts';
import type { TensorFacts } from './output-shapes.ts';

const factsSchema = z.array(
  z.tuple([z.string(), z.array(z.object({ shape: z.array(z.int().nonnegative()), dtype: z.int() }))]),
);

/** @param tensorFlow - version of the library */
export function outputShapesFile(tensorFlow: string): string {
  return join(engineCacheFolder(), 'compile', `output-shapes-1-tensorflow-${tensorFlow}-${addonSourceVersion()}.json`);
}

/** A line with the hash of the rest, then keys and facts. */
export function readFacts(file: string): Iterable<readonly [string, readonly TensorFacts[]]> {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const facts = text.slice(end + 1);
    return sha256(facts) === text.slice(0, end) ? factsSchema.parse(JSON.parse(facts)) : [];
  } catch {
    return [];
  }
}

export function writeFacts(file: string, facts: ReadonlyMap<string, readonly TensorFacts[]>): void {
  try {
    const text = JSON.stringify([...facts]);
    writeFileAtomic(file, `${sha256(text)}\n${text}`);
  } catch {
    // The next process tries the operations out again, which takes a second.
  }
}
