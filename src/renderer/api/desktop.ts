/** The desktop window's own bridges; a browser tab has none. */
import type { ContractBridge } from '../../shared/contract-bridge.ts';
import type { WindowBridge } from '../../shared/window-bridge.ts';

declare global {
  interface Window {
    readonly cortextContract?: ContractBridge;
    readonly cortextWindow?: WindowBridge;
  }
}

/** Null in a browser. */
export const desktopContract: ContractBridge | null = window.cortextContract ?? null;
export const desktopWindow: WindowBridge | null = window.cortextWindow ?? null;
