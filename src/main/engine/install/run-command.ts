/** Runs another program to its end, with its output kept for an error message. */
import { spawn } from 'node:child_process';
import { CortextError } from '../../../shared/errors.ts';

export interface CommandResult {
  /** Exit status; null when a signal ended it or it could not be started. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started, e.g. because there is no such program. */
  readonly startError: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string | undefined;
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds until the program is ended by force; none by default. */
  readonly timeout?: number | undefined;
}

const MOST_OUTPUT = 1 << 20;

/**
 * Resolves whatever the program's exit status, so that the caller decides what a failure means.
 *
 * @throws CortextError `CANCELLED` when `signal` is aborted; the program is ended first
 */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new CortextError('CANCELLED', 'Cancelled.'));
      return;
    }
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: options.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stdout = '';
    let stderr = '';
    const end = () => void child.kill('SIGKILL');
    const timer = options.timeout === undefined ? undefined : setTimeout(end, options.timeout);
    signal?.addEventListener('abort', end, { once: true });
    const settle = (result: Pick<CommandResult, 'status' | 'signal' | 'startError'>) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(new CortextError('CANCELLED', 'Cancelled.'));
      else resolve({ ...result, stdout, stderr });
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(-MOST_OUTPUT)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-MOST_OUTPUT)));
    child.on('error', (error) => {
      settle({ status: null, signal: null, startError: error.message });
    });
    child.on('exit', (status, endSignal) => {
      // Programs that it started in turn may hold its output open; whoever ended it does not wait for them.
      if (!child.killed) return;
      child.stdout.destroy();
      child.stderr.destroy();
      settle({ status, signal: endSignal, startError: null });
    });
    child.on('close', (status, endSignal) => {
      settle({ status, signal: endSignal, startError: null });
    });
  });
}

/** The last lines of what a program said, for an error's details. */
export function lastLines(result: CommandResult, count = 12): string {
  const text = result.startError ?? `${result.stdout}\n${result.stderr}`;
  return text.trim().split('\n').slice(-count).join('\n');
}
