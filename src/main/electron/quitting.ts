/** Quitting while something trains: the user says whether it pauses, or goes on without a window until it is done. */

export type QuitChoice = 'pause' | 'keep' | 'cancel';

export interface QuittingOptions {
  /** Experiments whose engines end with this program. */
  readonly running: () => readonly string[];
  readonly ask: (experiments: number) => Promise<QuitChoice>;
  readonly hideWindow: () => void;
  /** Told of whatever may have ended a training. @returns how to stop listening */
  readonly onChange: (listener: () => void) => () => void;
  /** Pauses what runs, and lets go of the workspace. */
  readonly close: () => Promise<void>;
  readonly exit: () => void;
}

export interface Quitting {
  /** Whether the program is on its way out and must not be held up. */
  readonly isLeaving: boolean;
  /** Whether it works on without a window. */
  readonly isInBackground: boolean;
  request(): Promise<void>;
  /** The user wants the window back. */
  stay(): void;
}

export function createQuitting({ running, ask, hideWindow, onChange, close, exit }: QuittingOptions): Quitting {
  let asking = false;
  let leaving = false;
  let stopWaiting: (() => void) | null = null;

  const stay = (): void => {
    stopWaiting?.();
    stopWaiting = null;
  };
  const leave = async (): Promise<void> => {
    if (leaving) return;
    leaving = true;
    stay();
    hideWindow();
    try {
      // Every engine writes a checkpoint first.
      await close();
    } finally {
      exit();
    }
  };
  return {
    get isLeaving() {
      return leaving;
    },
    get isInBackground() {
      return stopWaiting !== null;
    },
    async request() {
      if (asking || leaving) return;
      const experiments = running().length;
      if (experiments === 0) return leave();
      asking = true;
      const choice = await ask(experiments).finally(() => {
        asking = false;
      });
      if (choice === 'pause') return leave();
      if (choice === 'cancel') return;
      hideWindow();
      stopWaiting ??= onChange(() => {
        if (running().length === 0) void leave();
      });
      // It may have ended while the question stood.
      if (running().length === 0) await leave();
    },
    stay,
  };
}
