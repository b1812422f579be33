/**
 * The contract over IPC, main's side. Every message of every window comes through here: its sender is checked, then its
 * form, then it is done.
 */
import { CALL_CHANNEL, PLACE_CHANNEL, type Told } from '../../shared/contract-bridge.ts';
import type { CallAnswer } from '../../shared/contract-client.ts';
import type { WindowPlace } from '../../shared/window-bridge.ts';
import { windowMessageSchema, type WindowMessage } from '../../shared/window-messages.ts';
import type { OpenedWorkspace } from '../services/opened-workspace.ts';
import { isTrustedFrame, type SendingFrame } from './trusted-sender.ts';

/** The part of Electron's `ipcMain` that is used. */
export interface IpcReceiver {
  handle(
    channel: string,
    listener: (event: { readonly senderFrame: SendingFrame | null }, message: unknown) => unknown,
  ): void;
  removeHandler(channel: string): void;
  on(channel: string, listener: (event: PlaceQuestion) => void): void;
  removeAllListeners(channel: string): void;
}

/** The sender waits until `returnValue` is set. */
export interface PlaceQuestion {
  readonly senderFrame: SendingFrame | null;
  returnValue: WindowPlace;
}

/** What a window works on just now; calls of an earlier one that come back late are answered by it. */
export type Answering = Pick<OpenedWorkspace, 'place' | 'call' | 'subscribe' | 'onConnection'>;

/** What a window asks of the shell itself. */
export type ShellMessage = Exclude<WindowMessage, { kind: 'call' | 'cancel' | 'listen' }>;

export interface IpcAdapterOptions {
  readonly receiver: IpcReceiver;
  /** Sends to the window. */
  readonly tell: (told: Told) => void;
  readonly answering: () => Answering;
  readonly onShellMessage: (message: ShellMessage) => Promise<unknown>;
  /** Told of every message that was refused, and why. */
  readonly onRefused: (why: string) => void;
}

export interface IpcAdapter {
  /** The window works on something else: what was going on for it is over. */
  reset(): void;
  close(): void;
}

export function serveIpc({ receiver, tell, answering, onShellMessage, onRefused }: IpcAdapterOptions): IpcAdapter {
  const running = new Map<number, AbortController>();
  let stopListening: (() => void)[] = [];

  const call = async ({ number, name, input }: Extract<WindowMessage, { kind: 'call' }>): Promise<CallAnswer> => {
    const abort = new AbortController();
    running.set(number, abort);
    try {
      return await answering().call(name, input, abort.signal);
    } finally {
      if (running.get(number) === abort) running.delete(number);
    }
  };
  const reset = (): void => {
    for (const stop of stopListening) stop();
    stopListening = [];
    for (const abort of running.values()) abort.abort();
    running.clear();
  };
  const listen = (): void => {
    // A page listens before all else: what the one before it has asked is over.
    reset();
    const workspace = answering();
    stopListening = [
      workspace.subscribe((event) => {
        tell({ kind: 'event', event });
      }),
      workspace.onConnection((connected) => {
        tell({ kind: 'connected', connected });
      }),
    ];
  };

  receiver.handle(CALL_CHANNEL, (event, raw) => {
    if (!isTrustedFrame(event.senderFrame)) {
      onRefused(`message of ${String(event.senderFrame?.url).slice(0, 200)}`);
      throw new Error('Refused.');
    }
    const parsed = windowMessageSchema.safeParse(raw);
    if (!parsed.success) {
      onRefused(`message of a form that is not known: ${parsed.error.issues[0].message.slice(0, 200)}`);
      throw new Error('Refused.');
    }
    const message = parsed.data;
    switch (message.kind) {
      case 'call':
        return call(message);
      case 'cancel':
        running.get(message.number)?.abort();
        return null;
      case 'listen':
        listen();
        return null;
      default:
        return onShellMessage(message);
    }
  });
  receiver.on(PLACE_CHANNEL, (event) => {
    event.returnValue = isTrustedFrame(event.senderFrame) ? answering().place : 'nowhere';
  });
  return {
    reset,
    close: () => {
      reset();
      receiver.removeHandler(CALL_CHANNEL);
      receiver.removeAllListeners(PLACE_CHANNEL);
    },
  };
}
