import { describe, expect, it } from 'vitest';
import { causeOfDeath, type Evidence } from '../../src/main/services/cause-of-death.ts';

function evidence(given: Partial<Evidence>): Evidence {
  return { code: null, signal: null, outOfMemoryKills: 0, memory: 3.2e9, lastWords: '', remedy: 'Resume it.', ...given };
}

describe('why an engine ended without a word', () => {
  it.each<[string, Partial<Evidence>, string]>([
    ['killed while the kernel killed for memory', { signal: 'SIGKILL', outOfMemoryKills: 1 }, 'ENGINE_OUT_OF_MEMORY'],
    ['killed while the kernel did not', { signal: 'SIGKILL' }, 'ENGINE_KILLED'],
    ['killed where the system does not tell', { signal: 'SIGKILL', outOfMemoryKills: null }, 'ENGINE_OUT_OF_MEMORY'],
    [
      "Node's heap exhausted",
      { signal: 'SIGABRT', lastWords: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' },
      'ENGINE_OUT_OF_MEMORY',
    ],
    ['C++ allocation failed', { signal: 'SIGABRT', lastWords: "what():  std::bad_alloc" }, 'ENGINE_OUT_OF_MEMORY'],
    ['a crash in native code', { signal: 'SIGSEGV' }, 'ENGINE_CRASHED'],
    ['an exit out of nowhere', { code: 7 }, 'ENGINE_CRASHED'],
  ])('%s', (_, given, code) => {
    const cause = causeOfDeath(evidence(given));
    expect(cause.code).toBe(code);
    expect(cause.hint).toContain('Resume it.');
  });

  it('says how much memory the engine held', () => {
    expect(causeOfDeath(evidence({ signal: 'SIGKILL', outOfMemoryKills: 1 })).message).toContain('3.2 GB');
  });
});
