/** Why an engine ended without a word, as well as the system lets one tell. */
import type { ErrorEnvelope } from '../../shared/errors.ts';
import { gigabytes } from './gigabytes.ts';

export interface Evidence {
  /** Exit code and signal as Node reports them. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Processes that the kernel killed for want of memory while the engine lived; null where it does not tell. */
  readonly outOfMemoryKills: number | null;
  /** Bytes that the engine held when it last told; null when it never did. */
  readonly memory: number | null;
  /** The end of what it printed. */
  readonly lastWords: string;
  /** What to do next. */
  readonly remedy: string;
}

/** What Node and the C++ library print before they give up; both then abort. */
const ALLOCATION_FAILED = /heap out of memory|Array buffer allocation failed|std::bad_alloc|OOM when allocating/;

const SMALLER = 'A smaller batch, fewer channels or smaller images need less memory.';

export function causeOfDeath(evidence: Evidence): ErrorEnvelope {
  const { code, signal, outOfMemoryKills, memory, lastWords, remedy } = evidence;
  const held = memory === null ? '' : ` It held ${gigabytes(memory)} of memory when it last reported.`;
  const outOfMemory = (message: string): ErrorEnvelope => ({
    code: 'ENGINE_OUT_OF_MEMORY',
    message: `${message}${held}`,
    hint: `${SMALLER} ${remedy}`,
  });
  if (ALLOCATION_FAILED.test(lastWords)) return outOfMemory('The engine could not get the memory that it asked for.');
  if (signal === 'SIGKILL') {
    if (outOfMemoryKills === null) {
      return outOfMemory('The engine was killed. When nobody did so by hand, the computer had run out of memory.');
    }
    if (outOfMemoryKills > 0) {
      return outOfMemory('Memory ran out, and the system killed the engine.');
    }
    return {
      code: 'ENGINE_KILLED',
      message: `The engine was killed from outside, not for want of memory.${held}`,
      hint: remedy,
    };
  }
  return {
    code: 'ENGINE_CRASHED',
    message: `The engine ended unexpectedly (${signal ?? `exit code ${code ?? 'unknown'}`}).`,
    hint: `${remedy} What the engine printed is in engine.log.`,
  };
}
