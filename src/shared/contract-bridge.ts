/**
 * The contract over Electron's IPC: what crosses from the window to main and back.
 *
 * One channel carries calls, one carries what main tells. The preload hands the window a `ContractBridge`, which knows
 * nothing of Electron.
 */
import type { CallAnswer } from './contract-client.ts';
import type { ContractEvent } from './contract.ts';

export const CALL_CHANNEL = 'cortext:call';
export const TOLD_CHANNEL = 'cortext:told';
/** Asked once by the preload, before the page: where the window works (`WindowPlace`). */
export const PLACE_CHANNEL = 'cortext:place';

/** What main tells the window without being asked. */
export type Told =
  | { readonly kind: 'event'; readonly event: ContractEvent }
  | { readonly kind: 'connected'; readonly connected: boolean }
  /** The user chose a page in the menu. */
  | { readonly kind: 'show'; readonly path: string };

export interface ContractBridge {
  call(number: number, name: string, input: unknown): Promise<CallAnswer>;
  cancel(number: number): void;
  /** @returns how to stop listening */
  listen(listener: (told: Told) => void): () => void;
}
