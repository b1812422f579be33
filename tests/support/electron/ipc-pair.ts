/** Both ends of Electron's IPC in one process: messages are copied as Electron copies them, and senders are what a test says. */
import { createIpcClient } from '../../../src/renderer/api/ipc-client.ts';
import {
  serveIpc,
  type Answering,
  type IpcReceiver,
  type ShellMessage,
} from '../../../src/main/electron/ipc-adapter.ts';
import type { SendingFrame } from '../../../src/main/electron/trusted-sender.ts';
import { contractBridge, type IpcWire } from '../../../src/preload/bridges.ts';
import { TOLD_CHANNEL } from '../../../src/shared/contract-bridge.ts';
import type { ContractClient } from '../../../src/shared/contract-client.ts';

export interface IpcPair {
  readonly client: ContractClient;
  readonly wire: IpcWire;
  /** Why messages were refused. */
  readonly refused: string[];
  /** As another frame would send. */
  sendAs(frame: SendingFrame | null, channel: string, message: unknown): Promise<unknown>;
  close(): void;
}

const appFrame: SendingFrame = { url: 'cortext://app/library', parent: null };

export function ipcPair(
  workspace: Answering,
  onShellMessage: (message: ShellMessage) => Promise<unknown> = () => Promise.resolve(null),
): IpcPair {
  const handlers = new Map<string, Parameters<IpcReceiver['handle']>[1]>();
  const listeners = new Set<(event: unknown, message: unknown) => void>();
  const refused: string[] = [];
  const sendAs: IpcPair['sendAs'] = async (senderFrame, channel, message) => {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler for ${channel}`);
    return structuredClone(await handler({ senderFrame }, structuredClone(message)));
  };
  const adapter = serveIpc({
    receiver: {
      handle: (channel, handler) => void handlers.set(channel, handler),
      removeHandler: (channel) => void handlers.delete(channel),
      on: () => undefined,
      removeAllListeners: () => undefined,
    },
    tell: (told) => {
      for (const listener of listeners) listener({}, structuredClone(told));
    },
    answering: () => workspace,
    onShellMessage,
    onRefused: (why) => refused.push(why),
  });
  const wire: IpcWire = {
    invoke: (channel, message) => sendAs(appFrame, channel, message),
    on: (channel, listener) => void (channel === TOLD_CHANNEL && listeners.add(listener)),
    removeListener: (_channel, listener) => void listeners.delete(listener),
  };
  const client = createIpcClient(contractBridge(wire), 'cortext://app');
  return {
    client,
    wire,
    refused,
    sendAs,
    close: () => {
      client.close();
      adapter.close();
    },
  };
}
