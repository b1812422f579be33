/** What the window gets: the contract, and the few things that only a desktop can do. Nothing of Electron. */
import { CALL_CHANNEL, TOLD_CHANNEL, type ContractBridge, type Told } from '../shared/contract-bridge.ts';
import type { CallAnswer } from '../shared/contract-client.ts';
import type { ShellBridge } from '../shared/shell-bridge.ts';
import type { WindowBridge, WindowConnection, WindowProblem } from '../shared/window-bridge.ts';
import type { WindowMessage } from '../shared/window-messages.ts';

/** The part of Electron's `ipcRenderer` that is used. */
export interface IpcWire {
  invoke(channel: string, message: unknown): Promise<unknown>;
  on(channel: string, listener: (event: unknown, message: unknown) => void): void;
  removeListener(channel: string, listener: (event: unknown, message: unknown) => void): void;
}

/** Main answers each kind of message in one way, which the types of the bridges state. */
function ask<T>(wire: IpcWire, message: WindowMessage): Promise<T> {
  return wire.invoke(CALL_CHANNEL, message) as Promise<T>;
}

export function contractBridge(wire: IpcWire): ContractBridge {
  return {
    call: (number, name, input) => ask<CallAnswer>(wire, { kind: 'call', number, name, input }),
    cancel: (number) => void ask(wire, { kind: 'cancel', number }),
    listen: (listener) => {
      // Never the event itself: it holds the sender, and with it the whole of Electron's IPC.
      const told = (_event: unknown, message: unknown): void => {
        listener(message as Told);
      };
      wire.on(TOLD_CHANNEL, told);
      void ask(wire, { kind: 'listen' });
      return () => {
        wire.removeListener(TOLD_CHANNEL, told);
      };
    },
  };
}

export function windowBridge(wire: IpcWire): WindowBridge {
  return {
    connection: () => ask<WindowConnection>(wire, { kind: 'connection' }),
    connect: ({ address, remember }) => ask<WindowProblem | null>(wire, { kind: 'connect', address, remember }),
    openWorkspace: () => ask<WindowProblem | null>(wire, { kind: 'open-workspace' }),
  };
}

/** @param pathForFile - Electron's own, which works in the preload only */
export function shellBridge(wire: IpcWire, pathForFile: (file: File) => string): ShellBridge {
  return { chooseFiles: () => ask<string[]>(wire, { kind: 'choose-files' }), pathForFile };
}
