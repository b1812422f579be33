/** Who may talk to main: the page of our own protocol, as the main frame of its window. Nobody else. */

export const APP_ORIGIN = 'cortext://app';

/** As Electron's `WebFrameMain`, which is null when the frame has gone meanwhile. */
export interface SendingFrame {
  readonly url: string;
  readonly parent: unknown;
}

export function isTrustedFrame(frame: SendingFrame | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url) && !isDataUrl(frame.url);
}

/** Reports are pages too, but what stands in them came out of files. */
function isDataUrl(url: string): boolean {
  return new URL(url).pathname.startsWith('/data/');
}

/** Compared part by part: `cortext://app.evil` begins like ours. */
export function isAppUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return `${protocol}//${host}` === APP_ORIGIN && username === '' && password === '';
  } catch {
    return false;
  }
}
