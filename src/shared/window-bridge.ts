/** What the desktop window can do beside the contract, wherever it works. In a browser there is none of it. */

export interface WindowBridge {
  /** Where the window works just now. */
  connection(): Promise<WindowConnection>;
  /**
   * Works on a workspace that `cortext serve` serves. The window is loaded anew when the connection stands.
   *
   * @returns null, or why it cannot be
   */
  connect(request: ConnectRequest): Promise<WindowProblem | null>;
  /** Asks for a folder and works on the workspace in it. @returns null, also when the user thought better of it */
  openWorkspace(): Promise<WindowProblem | null>;
}

export type WindowPlace = 'this-computer' | 'another-computer' | 'nowhere';

export interface WindowConnection {
  readonly place: WindowPlace;
  /** The workspace's folder, or the server's address without its key. */
  readonly name: string;
  /** Why the window works nowhere. */
  readonly problem: WindowProblem | null;
  /** Whether the system has a store that keeps a server's key from others. */
  readonly canRemember: boolean;
}

export interface ConnectRequest {
  /** As `cortext serve` printed it, with the key. */
  readonly address: string;
  /** Keep the key on this computer, encrypted by the system, for the next start. */
  readonly remember: boolean;
}

export interface WindowProblem {
  readonly message: string;
  readonly hint: string;
}
