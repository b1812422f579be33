/** Shuts every door that the window does not need. `docs/security.md` lists them. */
import type { App, Session, WebContents } from 'electron';
import { isAppUrl } from './trusted-sender.ts';
import { webPreferences } from './web-preferences.ts';

/** Reports are pages of their own; nothing else opens a second window. */
export function isReportUrl(url: string): boolean {
  return isAppUrl(url) && /^\/data\/experiments\/[\w.-]+\/report$/.test(new URL(url).pathname);
}

/** What the page may ask the network for: itself, and what it made in memory. */
export function mayRequest(url: string): boolean {
  return isAppUrl(url) || /^(blob|data|devtools):/.test(url);
}

export function guardSession(session: Session, onRefused: (why: string) => void): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    onRefused(`permission ${permission}`);
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const cancel = !mayRequest(url);
    if (cancel) onRefused(`request ${url.slice(0, 200)}`);
    answer({ cancel });
  });
}

export function guardContents(app: App, onRefused: (why: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    guard(contents, onRefused);
  });
}

function guard(contents: WebContents, onRefused: (why: string) => void): void {
  const stayHere = (event: { preventDefault(): void }, url: string): void => {
    if (isAppUrl(url) && !isReportUrl(contents.getURL())) return;
    onRefused(`navigation to ${url.slice(0, 200)}`);
    event.preventDefault();
  };
  contents.on('will-navigate', stayHere);
  contents.on('will-redirect', stayHere);
  contents.on('will-attach-webview', (event) => {
    onRefused('webview');
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (isReportUrl(url)) {
      return {
        action: 'allow',
        overrideBrowserWindowOptions: { autoHideMenuBar: true, webPreferences: { ...webPreferences } },
      };
    }
    onRefused(`window ${url.slice(0, 200)}`);
    return { action: 'deny' };
  });
}
