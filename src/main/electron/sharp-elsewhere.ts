/**
 * Stands in for `sharp` in the bundle of Electron's main process: records a chain of calls, and has it replayed by the
 * real library in a real Node.
 *
 * On Linux the library must not be loaded into Electron: its glib and the one that Electron's window toolkit brings get in
 * each other's way, and the process crashes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../files/node-program.ts';

export interface ChainRequest {
  readonly number: number;
  readonly input: readonly unknown[];
  /** Methods with their arguments; the last one gives a promise. */
  readonly steps: readonly (readonly [method: string, args: readonly unknown[]])[];
}

export type ChainAnswer =
  { readonly number: number; readonly value: unknown } | { readonly number: number; readonly error: string };

/** Methods that end a chain: all others give the chain back. */
const ENDS = new Set(['toBuffer', 'toFile', 'metadata', 'stats']);

const entry = fileURLToPath(new URL('./sharp-process.ts', import.meta.url));

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let child: ChildProcess | null = null;
let requests = 0;

export default function sharp(...input: readonly unknown[]): unknown {
  return chain(input, []);
}

function chain(input: readonly unknown[], steps: ChainRequest['steps']): unknown {
  return new Proxy(Object.create(null) as object, {
    get: (_target, method) => {
      // Whoever awaits a chain by mistake gets the chain, as with the library itself.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: readonly unknown[]) => {
        const next = [...steps, [method, args] as const];
        return ENDS.has(method) ? replay(input, next) : chain(input, next);
      };
    },
  });
}

function replay(input: readonly unknown[], steps: ChainRequest['steps']): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const number = requests++;
    waiting.set(number, { resolve, reject });
    child ??= startProcess();
    child.send({ number, input, steps } satisfies ChainRequest, (error) => {
      if (error !== null) settle({ number, error: error.message });
    });
  });
}

function startProcess(): ChildProcess {
  const started = spawn(nodeProgram(), ['--disable-warning=ExperimentalWarning', entry], {
    // Copies pixels as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  started.on('message', (answer) => {
    settle(answer as ChainAnswer);
  });
  const gone = (): void => {
    if (child === started) child = null;
    for (const number of waiting.keys()) settle({ number, error: 'the process that works on pictures has ended' });
  };
  started.on('error', gone);
  started.on('exit', gone);
  // It ends with this process, and does not keep it.
  started.unref();
  started.channel?.unref();
  return started;
}

function settle(answer: ChainAnswer): void {
  const asked = waiting.get(answer.number);
  waiting.delete(answer.number);
  if ('error' in answer) asked?.reject(new Error(answer.error));
  else asked?.resolve(answer.value);
}
