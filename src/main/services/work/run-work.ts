/** Does work in a process of its own, so that a window never waits for it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CortextError, type ErrorEnvelope } from '../../../shared/errors.ts';
import { nodeProgram } from '../../files/node-program.ts';
import type { WorkName, Works } from './works.ts';

const entry = fileURLToPath(new URL('./work-main.ts', import.meta.url));

/** So much of what a dying process says is kept, in characters. */
const LAST_WORDS = 2000;

/** What `work-main.ts` sends at the end. */
type Answer = { readonly output: unknown } | { readonly error: ErrorEnvelope };

/** @throws CortextError what the work throws; `CANCELLED`; `INTERNAL` with its last words when the process died */
export async function runWork<N extends WorkName>(
  root: string,
  name: N,
  input: Works[N]['input'],
  signal: AbortSignal,
): Promise<Works[N]['output']> {
  const child = spawn(nodeProgram(), ['--disable-warning=ExperimentalWarning', entry], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answer: Answer | null = null;
  let words = '';
  child.stderr?.on('data', (text: Buffer) => (words = `${words}${text.toString()}`.slice(-LAST_WORDS)));
  child.on('message', (message) => {
    // Our own process speaks.
    answer = message as Answer;
  });
  const cancel = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', cancel);
  child.send({ root, name, input });
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', reject);
  }).finally(() => {
    signal.removeEventListener('abort', cancel);
  });
  // Set in the callback above, which the compiler does not follow.
  const told = answer as Answer | null;
  if (told === null) {
    if (signal.aborted) throw new CortextError('CANCELLED', 'Cancelled. Nothing was changed.');
    throw new CortextError('INTERNAL', `The process for ${name} died.`, {
      hint: 'Perhaps there is too little memory. Try again, or with fewer pictures.',
      details: { words },
    });
  }
  if ('error' in told) throw CortextError.fromEnvelope(told.error);
  // The work's own type.
  return told.output as Works[N]['output'];
}
