/** What the desktop window can do beside the contract. In a browser there is none: `window.cortextShell` is undefined. */

export interface ShellBridge {
  readonly platform: string;
  /**
   * Asks the user for files, or for a folder, with the system's own dialog.
   *
   * @returns paths on this computer; none when the user thought better of it
   */
  chooseFiles(what?: 'files' | 'folder'): Promise<string[]>;
  /** The path on this computer of a file that was dropped on the window or chosen in it. */
  pathForFile(file: File): string;
  /** Where the window works just now. */
  connection(): Promise<ShellConnection>;
  /**
   * Works on a workspace that `cortext serve` serves. The window is loaded anew when the connection stands.
   *
   * @returns null, or why it cannot be
   */
  connect(request: ConnectRequest): Promise<ShellProblem | null>;
  /** Asks for a folder and works on the workspace in it. @returns null, also when the user thought better of it */
  openWorkspace(): Promise<ShellProblem | null>;
}

export interface ShellConnection {
  /** Only paths of a workspace on this computer mean anything to the program behind the window. */
  readonly place: 'this-computer' | 'another-computer' | 'nowhere';
  /** The workspace's folder, or the server's address without its key. */
  readonly name: string;
  /** Why the window works nowhere. */
  readonly problem: ShellProblem | null;
}

export interface ConnectRequest {
  /** As `cortext serve` printed it, with the key. */
  readonly address: string;
  /** Keep the key on this computer, encrypted by the system, for the next start. */
  readonly remember: boolean;
}

export interface ShellProblem {
  readonly message: string;
  readonly hint: string;
}
