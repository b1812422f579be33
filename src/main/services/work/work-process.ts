/** A process beside this one that does work which would hold it up: windows are served from here, and never wait. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CortextError, type ErrorEnvelope } from '../../../shared/errors.ts';
import type { TaskProgress } from '../../../shared/task.ts';
import { nodeProgram } from '../../files/node-program.ts';
import type { WorkName, Works } from './works.ts';

const entry = fileURLToPath(new URL('./work-main.ts', import.meta.url));

/** So much of what a dying process says is kept, in characters. */
const LAST_WORDS = 2000;
/** What is cancelled, or told to end, may clean up for so long; in milliseconds. */
const USUAL_GRACE = 10_000;

export type WorkProgress = (progress: TaskProgress) => void;

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: WorkProgress | undefined;
  /** How long cancelled work may take to clean up, in milliseconds; 0 for work that would not notice. */
  readonly grace?: number;
}

/** What is sent to `work-main.ts`: a call, or the number of one that is no longer wanted. */
export type WorkOrder =
  { readonly call: number; readonly name: WorkName; readonly input: unknown } | { readonly cancel: number };

/** What it sends back. */
export type WorkNews = { readonly call: number } & (
  { readonly progress: TaskProgress } | { readonly output: unknown } | { readonly error: ErrorEnvelope }
);

interface Waiting {
  readonly onProgress: WorkProgress | undefined;
  readonly end: (news: WorkNews | null) => void;
}

export interface WorkProcess {
  /** @throws CortextError what the work throws; `CANCELLED`; `INTERNAL` with its last words when the process died */
  call<N extends WorkName>(name: N, input: Works[N]['input'], options?: CallOptions): Promise<Works[N]['output']>;
  /** Ends the process, which takes away what it kept; what it is at is not waited for. */
  close(): Promise<void>;
}

/** Starts with its first call, and anew after it has died; then what it kept between calls is gone. */
export function createWorkProcess(root: string): WorkProcess {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let words = '';
  let current: ChildProcess | null = null;

  const start = (): ChildProcess => {
    const child = spawn(nodeProgram(), ['--disable-warning=ExperimentalWarning', entry, root], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    words = '';
    child.stderr?.on('data', (text: Buffer) => (words = `${words}${text.toString()}`.slice(-LAST_WORDS)));
    child.on('message', (message) => {
      // Our own process speaks.
      const news = message as WorkNews;
      const call = waiting.get(news.call);
      if ('progress' in news) call?.onProgress?.(news.progress);
      else call?.end(news);
    });
    const died = (): void => {
      if (current === child) current = null;
      for (const { end } of waiting.values()) end(null);
    };
    child.once('error', died);
    child.once('close', died);
    return child;
  };

  return {
    async call(name, input, { signal, onProgress, grace = USUAL_GRACE } = {}) {
      const isCancelled = (): boolean => signal?.aborted === true;
      if (isCancelled()) throw cancelled();
      const child = (current ??= start());
      const call = calls++;
      let timer: NodeJS.Timeout | undefined;
      const cancel = (): void => {
        child.send({ cancel: call } satisfies WorkOrder, () => undefined);
        if (grace === 0) child.kill('SIGKILL');
        else timer = setTimeout(() => child.kill('SIGKILL'), grace);
      };
      const news = await new Promise<WorkNews | null>((end) => {
        waiting.set(call, { onProgress, end });
        signal?.addEventListener('abort', cancel);
        // Whether it was taken is told by its answer, or by the process's end.
        child.send({ call, name, input } satisfies WorkOrder, () => undefined);
      });
      waiting.delete(call);
      signal?.removeEventListener('abort', cancel);
      clearTimeout(timer);
      if (news === null) throw isCancelled() ? cancelled() : dead(name, words);
      if ('error' in news) throw CortextError.fromEnvelope(news.error);
      // The work's own type; progress does not end a call.
      return (news as { output: unknown }).output as never;
    },
    async close() {
      const child = current;
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill('SIGKILL'), USUAL_GRACE);
      await new Promise<void>((resolve) => {
        // Node tells no `close` of a process whose channel was closed from here.
        child.once('exit', () => {
          resolve();
        });
        if (child.connected) child.disconnect();
      });
      clearTimeout(timer);
    },
  };
}

function cancelled(): CortextError {
  return new CortextError('CANCELLED', 'Cancelled. Nothing was changed.');
}

function dead(name: WorkName, words: string): CortextError {
  return new CortextError('INTERNAL', `The process for ${name} died.`, {
    hint: 'Perhaps there is too little memory. Close other programs, and try again.',
    details: { words },
  });
}

/** One piece of work in a process of its own, whose memory is given back at its end. */
export async function runWork<N extends WorkName>(
  root: string,
  name: N,
  input: Works[N]['input'],
  options: CallOptions = {},
): Promise<Works[N]['output']> {
  const work = createWorkProcess(root);
  try {
    return await work.call(name, input, options);
  } finally {
    await work.close();
  }
}
