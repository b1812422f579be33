/**
 * One engine process: started, listened to, and ended when it hangs.
 *
 * Knows nothing of experiments; `engine-supervisor.ts` and `estimate.ts` say what an engine is to do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineEventSchema, type EngineCommand, type EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError, type ErrorEnvelope } from '../../shared/errors.ts';
import { outOfMemoryKills } from '../engine/process/memory.ts';
import { nodeProgram } from '../files/node-program.ts';
import { causeOfDeath } from './cause-of-death.ts';
import { LOOK_INTERVAL, SilenceWatch } from './silence-watch.ts';

const engineEntry = fileURLToPath(new URL('../engine/process/engine-main.ts', import.meta.url));

/** How much of the end of the log can hold an engine's last words, in bytes. */
const LAST_WORDS = 16_384;

export interface EngineProcessOptions {
  /** The file that gets what the engine prints. */
  readonly log: string;
  /** The end of an error's hint: what a user does when the engine has died. */
  readonly remedy: string;
  onEvent(event: EngineEvent): void;
  /** Variables beside this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Multiplies how long an engine may be silent; 1 by default. */
  readonly patience?: number;
}

export interface EngineEnd {
  /** Why it ended otherwise than by itself or in order; null when it said goodbye without an error. */
  readonly error: ErrorEnvelope | null;
  /** Whether it said how it ended. */
  readonly saidGoodbye: boolean;
}

export interface EngineProcess {
  readonly pid: number;
  send(command: EngineCommand): void;
  kill(): void;
  /** Rejects with `ENGINE_CRASHED` when the process could not be started; otherwise resolves, however it ended. */
  readonly ended: Promise<EngineEnd>;
}

export function startEngineProcess(options: EngineProcessOptions): EngineProcess {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a');
  const logStart = statSync(options.log).size;
  const killsBefore = outOfMemoryKills();
  const [program, ...args] = [...wakingWhenOrphaned(), nodeProgram()];
  const child = spawn(
    program,
    [...args, '--disable-warning=ExperimentalWarning', engineEntry, String(process.pid)],
    { stdio: ['ignore', log, log, 'ipc'], env: { ...process.env, ...options.environment } },
  );
  closeSync(log);

  let error: ErrorEnvelope | null = null;
  let saidGoodbye = false;
  let memory: number | null = null;
  const endWith = (reason: ErrorEnvelope): void => {
    error = reason;
    child.kill('SIGKILL');
  };
  const watch = new SilenceWatch();
  child.on('message', (message) => {
    const event = engineEventSchema.safeParse(message);
    if (!event.success) {
      endWith({ code: 'ENGINE_PROTOCOL', message: 'The engine sent a message that this version does not know.' });
      return;
    }
    if (event.data.type === 'heartbeat') {
      watch.heard(event.data.silence * (options.patience ?? 1));
      memory = event.data.memory;
    } else watch.heard();
    if (event.data.type === 'ended') {
      saidGoodbye = true;
      // Codes come from our own engine of the same protocol version.
      error = event.data.error as ErrorEnvelope | null;
    }
    options.onEvent(event.data);
  });
  let lastLook = performance.now();
  const looking = setInterval(() => {
    const now = performance.now();
    const hangs = watch.look(now - lastLook);
    lastLook = now;
    if (hangs && error === null) endWith(hungError(watch.silent, options.remedy));
  }, LOOK_INTERVAL);

  const ended = new Promise<EngineEnd>((resolve, reject) => {
    child.on('error', (cause) => {
      clearInterval(looking);
      reject(new CortextError('ENGINE_CRASHED', `The engine could not be started: ${cause.message}`, { cause }));
    });
    child.on('exit', (code, signal) => {
      clearInterval(looking);
      // Its last messages may still be on their way.
      if (child.connected) child.once('disconnect', () => { settle(code, signal); });
      else settle(code, signal);
    });
    const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (error === null && !saidGoodbye) {
        const killsNow = outOfMemoryKills();
        error = causeOfDeath({
          code,
          signal,
          outOfMemoryKills: killsBefore === null || killsNow === null ? null : killsNow - killsBefore,
          memory,
          lastWords: endOfFile(options.log, logStart),
          remedy: options.remedy,
        });
      }
      resolve({ error, saidGoodbye });
    };
  });
  return {
    pid: child.pid ?? -1,
    send: (command) => {
      // An engine that dies meanwhile is told of by its exit, not by the message that did not reach it.
      if (child.connected) child.send(command, () => undefined);
    },
    kill: () => {
      endWith({ code: 'CANCELLED', message: 'The engine was ended at once, without a checkpoint.', hint: options.remedy });
    },
    ended,
  };
}

function hungError(silentSeconds: number, remedy: string): ErrorEnvelope {
  return {
    code: 'ENGINE_HUNG',
    message: `The engine did not answer for ${Math.round(silentSeconds)} seconds and was ended.`,
    hint: remedy,
  };
}

/** What the engine has printed since the log was `from` bytes long, its end. */
function endOfFile(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = statSync(path);
    const start = Math.max(from, size - LAST_WORDS);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    readSync(file, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

let waker: readonly string[] | null = null;

/**
 * The command before an engine's own that has the kernel wake the engine when its supervisor dies: one that was stopped
 * (`SIGSTOP`) at that moment would otherwise lie there for ever, holding its memory. Where there is no such command (it
 * comes with Linux's util-linux), nothing.
 */
function wakingWhenOrphaned(): readonly string[] {
  const command = ['setpriv', '--pdeathsig', 'CONT'];
  waker ??= process.platform === 'linux' && spawnSync(command[0], [...command.slice(1), 'true']).status === 0 ? command : [];
  return waker;
}
