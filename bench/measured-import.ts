/** An import by the command line, in a process of its own, so that its peak is that of a user's import. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface MeasuredImport {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Largest resident memory, bytes. */
  readonly peak: number;
}

const cli = fileURLToPath(new URL('../src/main/cli/main.ts', import.meta.url));

/**
 * Prints what it took when the command ends, whichever way. Linux counts into `maxRSS` what the process that started this
 * one had, so its own high-water mark is asked for.
 */
const account = `import { readFileSync } from 'node:fs';
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  let peak = maxRSS;
  try {
    peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {}
  process.stderr.write('took ' + peak + ' ' + (userCPUTime + systemCPUTime) + '\\n');
})`;

/** @param given - arguments of the import */
export function measureImport(given: readonly string[], workspace: string): MeasuredImport {
  const hook = `data:text/javascript,${encodeURIComponent(account)}`;
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', hook, cli, 'import', ...given, '--json', '-w', workspace],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`The import failed:\n${stdout}${stderr}`);
  const [kilobytes, microseconds] = (/took (\d+) (\d+)/.exec(stderr) ?? []).slice(1).map(Number);
  return { seconds, cpuSeconds: microseconds / 1e6, peak: kilobytes * 1024 };
}
