/** What a desktop shell adds to the window when the services run on the same computer; a browser has none of it. */
export interface ShellBridge {
  /** The system's own dialog. @returns absolute paths of files and folders; none when it was cancelled */
  chooseFiles(): Promise<string[]>;
  /** Absolute path of a file or folder that was dropped. */
  pathForFile(file: File): string;
}

declare global {
  interface Window {
    readonly cortextShell?: ShellBridge;
  }
}
