/** A long-lived process that measures one variant when it is its turn, and waits otherwise. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { failedSchema } from './variants.ts';

/** A step that takes longer than this, in milliseconds, will not end any more. */
const PATIENCE = 300_000;
const KEPT = 4000;

export interface VariantProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export class VariantProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #what: string;
  #said = '';

  /** @param what - names it in errors */
  constructor(what: string, { command, args, environment = {} }: VariantProgram, signal?: AbortSignal) {
    this.#what = what;
    this.#child = spawn(command, [...args], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' as const }),
    });
    // Without a listener an error of starting or aborting would end this process; `answer` tells what happened.
    this.#child.on('error', (error) => (this.#said += error.message));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-KEPT)));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws CortextError `ENGINE_CRASHED` when the process ended or did not answer in time, or said what went wrong
   */
  async ask<T>(command: unknown, answer: z.ZodType<T>): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    return this.answer(answer);
  }

  /** The next answer. @throws CortextError as `ask` */
  async answer<T>(schema: z.ZodType<T>): Promise<T> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    try {
      for (;;) {
        const line = await this.#lines.next();
        if (line.done === true) throw this.#failed(lastLine(this.#said) ?? 'its process ended');
        // Libraries may print lines of their own.
        if (!line.value.startsWith('{')) continue;
        const value: unknown = JSON.parse(line.value);
        const failed = failedSchema.safeParse(value);
        if (failed.success) throw this.#failed(failed.data.error.message);
        return schema.parse(value);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #failed(reason: string): CortextError {
    return new CortextError('ENGINE_CRASHED', `${this.#what} could not be measured: ${reason}`);
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
