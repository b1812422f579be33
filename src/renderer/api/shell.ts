/** The desktop window's own bridges; a browser tab has none. */
import type { ContractBridge } from '../../shared/contract-bridge.ts';
import type { ShellBridge } from '../../shared/shell-bridge.ts';

declare global {
  interface Window {
    readonly cortextContract?: ContractBridge;
    readonly cortextShell?: ShellBridge;
  }
}

/** Null in a browser. */
export const shell: ShellBridge | null = window.cortextShell ?? null;
