/** The address of a server with its key, kept for the next start in the system's own key store. */
import { safeStorage } from 'electron';

/** @returns null where the system has no store: what it would call encryption then hides nothing */
export function encryptAddress(address: string): string | null {
  const hasStore = safeStorage.isEncryptionAvailable() && !(process.platform === 'linux' && usesPlainText());
  return hasStore ? safeStorage.encryptString(address).toString('base64') : null;
}

/** @returns null when it cannot be read any more, such as on another computer */
export function decryptAddress(encrypted: string): string | null {
  try {
    return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
  } catch {
    return null;
  }
}

function usesPlainText(): boolean {
  return ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}
