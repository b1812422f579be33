/** One damaged input read and judged. */
import { mkdirSync, rmSync } from 'node:fs';
import { CortextError } from '../../../src/shared/errors.ts';
import { Random } from '../../../src/shared/random.ts';
import { namesOf, writeInput, type Input, type Target } from './target.ts';

export interface Verdict {
  readonly target: string;
  /** `read`, or the code of the error. */
  readonly outcome: string;
  /** What a user must not meet; null when all is well. */
  readonly fault: string | null;
  /** Of the processor, all threads; milliseconds. */
  readonly milliseconds: number;
  /** By which the largest memory of the process grew beyond what it had before, if it grew; MB. */
  readonly megabytes: number;
}

/** Longer than this is a hang, in milliseconds of the processor: how busy the computer is does not count. */
const HANG = 2000;
/** Memory that one damaged input may take, in megabytes. */
const MEMORY = 300;

/** Which target an input is for: every target has its share of a round. */
export function targetOf(targets: readonly Target[], index: number): Target {
  const round = targets.reduce((sum, { share }) => sum + share, 0);
  let at = index % round;
  for (const target of targets) {
    if (at < target.share) return target;
    at -= target.share;
  }
  throw new Error('There are no targets.');
}

/** The same seed and index always give the same input. */
export function inputOf(target: Target, seed: number, index: number): Input {
  return target.damaged(new Random(seed, `${target.name} ${index}`));
}

/** @param folder - emptied first, so that nothing of another input is found */
export async function judge(target: Target, seed: number, index: number, folder: string): Promise<Verdict> {
  const input = inputOf(target, seed, index);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeInput(folder, input);
  const [resident, largest] = [process.memoryUsage.rss(), largestMemory()];
  const started = process.cpuUsage();
  let outcome = 'read';
  let fault: string | null = null;
  try {
    await target.read(folder, input);
  } catch (error) {
    outcome = error instanceof CortextError ? error.code : 'no code';
    fault = faultOf(error, target, input);
  }
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  const megabytes = largestMemory() > largest ? (largestMemory() - resident) / 2 ** 20 : 0;
  if (milliseconds > HANG) fault ??= `took ${Math.round(milliseconds)} ms`;
  if (megabytes > MEMORY) fault ??= `took ${Math.round(megabytes)} MB`;
  return { target: target.name, outcome, fault, milliseconds, megabytes };
}

function faultOf(error: unknown, target: Target, input: Input): string | null {
  if (!(error instanceof CortextError)) return `no coded error: ${wordsOf(error)}`;
  if (error.class !== 'data' && error.class !== 'usage') return `${error.code}: ${wordsOf(error)}`;
  const message = `${error.message} ${error.hint ?? ''}`;
  const named = target.named?.(message, input) ?? namesOf(input).some((name) => message.includes(name));
  if (!named) return `names no file: ${error.code}: ${message}`;
  return error.hint === undefined ? `has no remedy: ${error.message}` : null;
}

function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.stack ?? error.cause.message})` : '';
  return (error instanceof Error ? (error.stack ?? error.message) : String(error)) + cause;
}

/** Kilobytes on Linux, bytes elsewhere say the manuals; Node has made them kilobytes. */
function largestMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
