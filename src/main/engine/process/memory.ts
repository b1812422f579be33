/**
 * What the system says about memory, in bytes.
 *
 * `root` is where `/proc` and `/sys` are; tests give it a folder of their own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * How much a new process can take before the system pages or kills.
 *
 * On Linux what the kernel counts as available, page cache included, and no more than the control groups (a container's, a
 * cluster job's) that this process is in leave over.
 */
export function availableMemory(root = '/'): number {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(readText(join(root, 'proc/meminfo')))?.[1];
  const ofComputer = available === undefined ? freemem() : Number(available) * 1024;
  return Math.max(0, Math.min(ofComputer, ...leftInControlGroups(root)));
}

interface ControlGroupFiles {
  readonly hierarchy: string;
  readonly limit: string;
  readonly usage: string;
  /** In `memory.stat`: cache that the kernel would give up first, and counts as usage all the same. */
  readonly cache: string;
}

const version1: ControlGroupFiles = {
  hierarchy: 'sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  cache: 'total_inactive_file',
};
const version2: ControlGroupFiles = {
  hierarchy: 'sys/fs/cgroup',
  limit: 'memory.max',
  usage: 'memory.current',
  cache: 'inactive_file',
};

/** What each control group with a limit leaves over: this process's own and those around it. */
function leftInControlGroups(root: string): number[] {
  return readText(join(root, 'proc/self/cgroup'))
    .split('\n')
    .flatMap((line) => {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      if (controllers === '') return leftUpwards(root, version2, path);
      return controllers?.split(',').includes('memory') ? leftUpwards(root, version1, path) : [];
    });
}

function leftUpwards(root: string, files: ControlGroupFiles, path: string): number[] {
  const left: number[] = [];
  // A container may see its own group as the top one, under a path that is only known outside: missing files are no limit.
  for (let group = path; ; group = dirname(group)) {
    const folder = join(root, files.hierarchy, group);
    const limit = Number.parseInt(readText(join(folder, files.limit)), 10);
    const usage = Number.parseInt(readText(join(folder, files.usage)), 10);
    const stat = readText(join(folder, 'memory.stat'));
    const cache = Number(new RegExp(`^${files.cache} (\\d+)`, 'm').exec(stat)?.[1] ?? 0);
    if (Number.isFinite(limit) && Number.isFinite(usage)) left.push(limit - usage + cache);
    if (group === dirname(group)) return left;
  }
}

/** How many processes the kernel has killed for want of memory since it started; null where it does not tell. */
export function outOfMemoryKills(root = '/'): number | null {
  const kills = /^oom_kill (\d+)/m.exec(readText(join(root, 'proc/vmstat')))?.[1];
  return kills === undefined ? null : Number(kills);
}

/** The most that this process has held since `forgetPeak`, or since it started where the system cannot forget. */
export function peakMemory(): number {
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readText('/proc/self/status'))?.[1];
  return Number(peak ?? process.resourceUsage().maxRSS) * 1024;
}

export function forgetPeak(): void {
  try {
    // Documented in proc(5): resets the peak resident set size.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Other systems, and locked-down ones, keep the peak of the whole life.
  }
}

/** Asks the kernel to end this process before any other when memory runs out. */
export function volunteerForOutOfMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Only Linux knows this.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
