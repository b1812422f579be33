import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { availableMemory, forgetPeak, outOfMemoryKills, peakMemory } from '../../../src/main/engine/process/memory.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A `/proc` and `/sys` with the given files. */
function system(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries({ 'proc/meminfo': 'MemFree: 1 kB\nMemAvailable:   8000 kB\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('available memory', () => {
  it('is what the kernel counts as available, not what is free', () => {
    expect(availableMemory(system({}))).toBe(8000 * 1024);
  });

  it("is no more than a container's group leaves over, whose page cache counts as free", () => {
    const root = system({
      'proc/self/cgroup': '0::/job/step\n',
      'sys/fs/cgroup/job/memory.max': '4000000\n',
      'sys/fs/cgroup/job/memory.current': '3000000\n',
      'sys/fs/cgroup/job/memory.stat': 'anon 5\ninactive_file 500000\n',
      'sys/fs/cgroup/job/step/memory.max': 'max\n',
      'sys/fs/cgroup/job/step/memory.current': '3000000\n',
    });
    expect(availableMemory(root)).toBe(1_500_000);
  });

  it('knows the older control groups too', () => {
    const root = system({
      'proc/self/cgroup': '5:cpu,cpuacct:/\n4:memory:/job\n0::/\n',
      'sys/fs/cgroup/memory/job/memory.limit_in_bytes': '2000000\n',
      'sys/fs/cgroup/memory/job/memory.usage_in_bytes': '500000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': '500000\n',
    });
    expect(availableMemory(root)).toBe(1_500_000);
  });

  it('counts the kills of a kernel that tells them, and does not guess elsewhere', () => {
    expect(outOfMemoryKills(system({ 'proc/vmstat': 'nr_free 1\noom_kill 3\n' }))).toBe(3);
    expect(outOfMemoryKills(system({}))).toBeNull();
  });

  it('knows the most that this process has held', () => {
    forgetPeak();
    const before = peakMemory();
    const held = Buffer.alloc(300e6, 1);
    expect(peakMemory() - before).toBeGreaterThan(0.9 * held.length);
  });
});
