/** The points of docs/security.md that can be read off settings and sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import builder from '../../electron-builder.config.ts';
import { externalPages } from '../../src/main/electron/external-pages.ts';
import { isReportUrl, mayRequest } from '../../src/main/electron/guards.ts';
import { appScheme, webPreferences } from '../../src/main/electron/web-preferences.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const shellFiles = ['src/main/electron', 'src/preload'].flatMap((folder) =>
  readdirSync(join(project, folder)).map((name) => `${folder}/${name}`),
);

/** Lines of the shell that match, each with its file. */
function lines(pattern: RegExp): string[] {
  return shellFiles.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path.split('/').at(-1) ?? ''}: ${line.trim()}`),
  );
}

describe('the security of the window', () => {
  it('gives every window the same settings, all of them tight', () => {
    expect(webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    expect(lines(/new BrowserWindow\(/)).toHaveLength(1);
    expect(lines(/\bwebPreferences:/)).toEqual([
      expect.stringMatching(/^app-window.ts: webPreferences: \{ \.\.\.webPreferences, preload \}/),
      expect.stringMatching(/^guards.ts: .*webPreferences: \{ \.\.\.webPreferences \}/),
    ]);
    expect(
      lines(/enableBlinkFeatures|disableBlinkFeatures|no-sandbox|disable-web-security|remote-allow-origins/),
    ).toEqual([]);
  });

  it('loads pages of its own protocol only', () => {
    expect(appScheme.privileges).not.toHaveProperty('bypassCSP');
    expect(lines(/\.load(URL|File)\(/).every((line) => line.includes('`${APP_ORIGIN}'))).toBe(true);
    for (const url of [
      'cortext://app/library',
      'blob:cortext://app/x',
      'data:image/png;base64,',
      'devtools://devtools/x',
    ]) {
      expect(mayRequest(url), url).toBe(true);
    }
    for (const url of [
      'https://example.org/',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'cortext://app.evil/',
      'ws://localhost/',
      'javascript:1',
    ]) {
      expect(mayRequest(url), url).toBe(false);
    }
  });

  it('denies permissions, navigation, webviews, and windows other than reports', () => {
    const guards = read('src/main/electron/guards.ts');
    for (const handler of [
      'setPermissionRequestHandler',
      'setPermissionCheckHandler(() => false)',
      'setDevicePermissionHandler(() => false)',
      "'will-navigate'",
      "'will-redirect'",
      "'will-attach-webview'",
      'setWindowOpenHandler',
      "action: 'deny'",
    ]) {
      expect(guards, handler).toContain(handler);
    }
    expect(isReportUrl('cortext://app/data/experiments/20261125-discs/report')).toBe(true);
    for (const url of [
      'cortext://app/library',
      'cortext://app/data/experiments/a/b/report',
      'https://app/data/experiments/x/report',
      'cortext://app/data/stimuli/x',
    ]) {
      expect(isReportUrl(url), url).toBe(false);
    }
  });

  it('opens nothing in the browser but pages that are listed', () => {
    expect(lines(/openExternal\(/)).toEqual([expect.stringContaining('shell.openExternal(externalPages.paper)')]);
    expect(Object.values(externalPages).every((url) => url.startsWith('https://'))).toBe(true);
    expect(lines(/openPath\(|showItemInFolder\(/)).toEqual([]);
  });

  it('hears windows in one place only', () => {
    expect(lines(/\bipcMain\b/).filter((line) => !line.includes('import'))).toEqual([
      expect.stringMatching(/^ipc-adapter.ts: .*part of Electron's `ipcMain`/),
      expect.stringMatching(/^shell.ts: receiver: ipcMain,/),
    ]);
    expect(lines(/exposeInMainWorld\(/)).toHaveLength(3);
    expect(lines(/exposeInMainWorld\(.*ipcRenderer\)/)).toEqual([
      expect.stringContaining('contractBridge(ipcRenderer)'),
      expect.stringContaining('windowBridge(ipcRenderer)'),
    ]);
  });

  it('turns the fuses of the packaged program', () => {
    expect(builder.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(builder.npmRebuild).toBe(false);
  });

  it('has an answer to each of the twenty points', () => {
    const points = read('docs/security.md').match(/^\| (\d+) \|/gm) ?? [];
    expect(points).toEqual(Array.from({ length: 20 }, (_, i) => `| ${i + 1} |`));
  });

  it('runs on the Electron that its package names', () => {
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
    expect(Number(/\d+/.exec(devDependencies.electron)?.[0])).toBeGreaterThanOrEqual(45);
  });
});
