/** Where the window works just now: a workspace here, one that another computer serves, or nowhere, with the reason. */
import { toCortextError, type CortextError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { WindowConnection, WindowProblem } from '../../shared/window-bridge.ts';
import { plainAnswer, type OpenedWorkspace } from '../services/opened-workspace.ts';

export interface Workplace {
  readonly now: OpenedWorkspace;
  connection(): Omit<WindowConnection, 'canRemember'>;
  /**
   * Leaves the present workspace when the next one stands open, and not before.
   *
   * @returns why it could not be opened; null when it was, or when the user chose to stay
   */
  change(open: () => Promise<OpenedWorkspace>): Promise<WindowProblem | null>;
  /** As `change`, at the start: what cannot be opened becomes the reason for being nowhere. */
  start(open: () => Promise<OpenedWorkspace>): Promise<void>;
}

export interface WorkplaceOptions {
  /** Asks whether trainings may pause for the change. */
  readonly mayPause: (experiments: number) => Promise<boolean>;
  readonly onChange: () => void;
}

export function createWorkplace({ mayPause, onChange }: WorkplaceOptions): Workplace {
  let problem: ErrorEnvelope | null = { code: 'CONNECTION_LOST', message: 'Cortext is starting.' };
  let now: OpenedWorkspace = nowhere(problem);
  // One change at a time: a second click waits for the first.
  let changing: Promise<unknown> = Promise.resolve();

  const change = async (open: () => Promise<OpenedWorkspace>): Promise<WindowProblem | null> => {
    const running = now.running().length;
    if (running > 0 && !(await mayPause(running))) return null;
    let next: OpenedWorkspace;
    try {
      next = await open();
    } catch (error) {
      return problemOf(toCortextError(error));
    }
    const left = now;
    now = next;
    problem = null;
    onChange();
    await left.close();
    return null;
  };
  return {
    get now() {
      return now;
    },
    connection: () => ({ place: now.place, name: now.name, problem: problem === null ? null : problemOf(problem) }),
    change: (open) => {
      const changed = changing.then(() => change(open));
      changing = changed.catch(() => undefined);
      return changed;
    },
    start: async (open) => {
      try {
        now = await open();
        problem = null;
      } catch (error) {
        problem = toCortextError(error).toEnvelope();
        now = nowhere(problem);
      }
      onChange();
    },
  };
}

function problemOf({ message, hint }: CortextError | ErrorEnvelope): WindowProblem {
  return { message, hint: hint ?? '' };
}

/** Answers every call with the reason. */
function nowhere(problem: ErrorEnvelope): OpenedWorkspace {
  return {
    place: 'nowhere',
    name: '',
    call: () => Promise.resolve({ ok: false, error: problem }),
    subscribe: () => () => undefined,
    // It is not lost: it was never there.
    onConnection: () => () => undefined,
    data: () => Promise.resolve(plainAnswer(404, problem.message)),
    running: () => [],
    close: () => Promise.resolve(),
  };
}
