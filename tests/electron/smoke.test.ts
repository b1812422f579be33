/**
 * The desktop window in a real Electron: Electron 45 where its binary is there, else the fixture.
 *
 * The fixture cannot open workspaces of its own computer (Node-API 8), so everything goes through *Connect to another
 * computer*: a real server, and a relay in Electron's main process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { seriousViolations } from '../support/accessibility.ts';
import { drop } from '../support/drop-files.ts';
import {
  buildDesktop,
  closeDesktop,
  launchDesktop,
  ownElectron,
  type BuiltDesktop,
  type RunningDesktop,
} from '../support/electron/desktop.ts';
import { electronFixture } from '../support/electron/fixture.ts';
import { hasScreen, openScreen, type TestScreen } from '../support/electron/screen.ts';
import { openTunnel, type Tunnel } from '../support/electron/tunnel.ts';
import { serveForTests, type ServedApplication } from '../support/served-application.ts';
import { smallDataset } from '../support/small-dataset.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const missing = !hasScreen ? 'Xvfb' : ownElectron() === null && electronFixture() === null ? 'an Electron' : null;
const sentence = missing === null ? '' : ` (skipped: there is no ${missing}; npm test fetches it where it can)`;

describe.skipIf(missing !== null)(`the desktop window${sentence}`, () => {
  let screen: TestScreen;
  let built: BuiltDesktop;
  let application: Application;
  let served: ServedApplication;
  let tunnel: Tunnel;
  let userData: string;
  let recording: string;
  let desktop: RunningDesktop | null = null;

  beforeAll(async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'workspace');
    recording = (await smallRecording(root)).id;
    application = createApplication(openWorkspace(root));
    served = await serveForTests(application);
    tunnel = await openTunnel(served.server.port);
    screen = await openScreen();
    mkdirSync(join(folder, 'electron'));
    const there = buildDesktop(join(folder, 'electron'));
    if (there === null) throw new Error('There is no Electron.');
    built = there;
  });

  afterAll(async () => {
    await screen.close();
    await tunnel.close();
    await served.close();
    await application.close();
  });

  afterEach(async () => {
    if (desktop !== null) await closeDesktop(desktop);
    desktop = null;
  });

  const address = (): string => `http://localhost:${tunnel.port}/?token=${served.server.token}`;

  async function started(folder = temporaryFolder()): Promise<RunningDesktop> {
    userData = folder;
    desktop = await launchDesktop(built, {
      display: screen.display,
      userData,
      environment: { CORTEXT_WORKSPACE: join(userData, 'workspace') },
    });
    return desktop;
  }

  async function connected(): Promise<RunningDesktop> {
    const running = await started();
    await connect(running.page);
    return running;
  }

  async function connect(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Work elsewhere' }).click();
    await page.getByLabel('Address with its key').fill(address());
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.waitForURL('cortext://app/library');
    await page.getByRole('article').getByText('Discs').waitFor();
  }

  it.skipIf(ownElectron() !== null)(
    'says in a sentence why an Electron this old opens no workspace of its computer',
    async () => {
      const { page, complaints } = await started();
      await page
        .getByRole('alert')
        .getByText(/Electron \(22.*too old to open a workspace of this computer/)
        .waitFor();
      await page.getByRole('link', { name: 'Library' }).click();
      await page.getByText(/too old to open a workspace/).waitFor();
      expect(complaints).toEqual([]);
    },
  );

  it('tells a wrong address, a refused key and an empty port apart', async () => {
    const { page } = await started();
    await page.getByRole('link', { name: 'Work elsewhere' }).click();
    const refusals: readonly (readonly [string, RegExp])[] = [
      ['http://gpu.lab.example:7007/?token=AAAAAAAAAAAA', /ssh -L 7007:localhost:7007 gpu\.lab\.example/],
      [`http://localhost:${tunnel.port}/`, /has no key/],
      [`http://localhost:${tunnel.port}/?token=AAAAAAAAAAAAAAAAAAAAAAAA`, /does not accept this key/],
      ['http://localhost:9/?token=AAAAAAAAAAAAAAAAAAAAAAAA', /Nobody answers at/],
    ];
    for (const [typed, told] of refusals) {
      await page.getByLabel('Address with its key').fill(typed);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByRole('alert').getByText(told).first().waitFor();
    }
  });

  it('trains, looks at pictures, and finds its connection again', async () => {
    const { app, page, complaints } = await connected();
    await allPicturesLoad(page);
    // Paths of this computer would mean nothing to the other one.
    expect(await page.evaluate('typeof window.cortextShell')).toBe('undefined');

    const answer = await application.call('experiments.create', {
      recording,
      preset: 'quick',
      name: 'From afar',
      settings: smallSettings(10),
    });
    if (!answer.ok) throw new Error(answer.error.message);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('link', { name: 'From afar' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'Scores' }).waitFor();
    await page.getByRole('button', { name: 'Report' }).click();
    const [report] = await Promise.all([
      app.waitForEvent('window'),
      page.getByRole('link', { name: /^Report/ }).click(),
    ]);
    await report.getByRole('heading', { name: 'From afar' }).waitFor();
    expect(await report.evaluate('[typeof window.cortextContract, origin]')).toEqual(['undefined', 'null']);
    await report.close();
    await page.getByRole('link', { name: 'Gallery', exact: true }).click();
    await page.getByRole('option').first().waitFor();
    await allPicturesLoad(page);

    await tunnel.close();
    await page
      .getByRole('status')
      .getByText(/connection/i)
      .waitFor();
    await tunnel.reopen();
    await page
      .getByRole('status')
      .getByText(/connection/i)
      .waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByRole('article').getByText('Discs').waitFor();
    expect(complaints.filter((complaint) => !complaint.includes('502'))).toEqual([]);
  });

  it('imports a folder that was dropped on the window, although the workspace is on another computer', async () => {
    const dataset = await smallDataset(temporaryFolder());
    const { page, complaints } = await connected();
    await drop(page, '.drop-page', [dataset]);
    await page.getByText('Recognised as BIDS').waitFor();
    for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Name of the recording').fill('Dropped');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('Dropped: 24 samples of 4,500 voxels, 20 stimuli.').waitFor();
    await page.getByRole('link', { name: 'Look at the recording' }).click();
    await page.getByRole('article', { name: 'Dropped' }).waitFor();
    await allPicturesLoad(page);
    await page.getByRole('article', { name: 'Dropped' }).getByRole('link', { name: 'Regions' }).click();
    // The volume is there when there is a place in it.
    await page.getByText(/^-?\d+, -?\d+, -?\d+ mm$/).waitFor();
    await keepScreenshot(page, 'regions');
    expect(complaints).toEqual([]);
  });

  it('draws every page in light and in dark, for every user', async () => {
    const answer = await application.call('experiments.create', {
      recording,
      preset: 'quick',
      name: 'To look at',
      settings: smallSettings(4),
    });
    if (!answer.ok) throw new Error(answer.error.message);
    // The contract says so.
    const { id } = answer.value as { id: string };
    await application.call('experiments.run', { id });
    await expect.poll(() => application.running(), { timeout: 60_000 }).toEqual([]);
    const { page, complaints } = await connected();
    const pages = {
      connect: 'Where Cortext works',
      library: 'Library',
      import: 'Import',
      [`regions/${recording}`]: 'Regions',
      train: 'Train',
      history: 'History',
      settings: 'Settings',
      [`experiments/${id}`]: 'To look at',
      [`experiments/${id}/gallery`]: 'Gallery',
    };
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const [path, heading] of Object.entries(pages)) {
        await page.goto(`cortext://app/${path}`);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await page.waitForLoadState('networkidle');
        // The others are the same in a browser, and looked at there.
        if (path === 'connect') expect(await seriousViolations(page), scheme).toEqual([]);
        await keepScreenshot(page, `${path.replace(id, 'experiment').replaceAll('/', '-')}-${scheme}`);
      }
    }
    expect(complaints).toEqual([]);
  });

  it('gives the page no more than the contract', async () => {
    const { page } = await started();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const seen = await page.evaluate<Record<string, unknown>>(`({
      require: typeof require, process: typeof process, module: typeof module, buffer: typeof Buffer,
      contract: Object.keys(window.cortextContract).sort(),
      window: Object.keys(window.cortextWindow).sort(),
      origin: location.origin,
      isolated: crossOriginIsolated,
    })`);
    expect(seen).toEqual({
      require: 'undefined',
      process: 'undefined',
      module: 'undefined',
      buffer: 'undefined',
      contract: ['call', 'cancel', 'listen'],
      window: ['connect', 'connection', 'openWorkspace'],
      origin: 'cortext://app',
      isolated: true,
    });
    const sandboxed = await desktop?.app.evaluate(({ BrowserWindow }) => {
      // Not in Electron's types: what the renderer was really started with.
      const contents = BrowserWindow.getAllWindows()[0].webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity };
    });
    expect(sandboxed).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
  });

  it('runs no script but its own, reaches nothing else, opens no window, asks for nothing', async () => {
    const { app, page } = await started();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const tried = await page.evaluate<Record<string, unknown>>(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      const outcome = (work) => work().then(() => 'done', () => 'refused');
      return {
        inline: window.inlineRan === true,
        // Later: what the debugger evaluates itself is exempt.
        evaluated: await outcome(() => new Promise((resolve) => setTimeout(resolve)).then(() => new Function('return 1')())),
        away: await outcome(() => fetch('https://example.org/')),
        loopback: await outcome(() => fetch('http://127.0.0.1:${tunnel.port}/')),
        file: await outcome(() => fetch('file:///etc/passwd')),
        otherHost: await outcome(() => fetch('cortext://elsewhere/')),
        opened: window.open('https://example.org/') === null,
        notifications: await Notification.requestPermission(),
        place: await new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('told'), () => resolve('refused'))),
      };
    })()`);
    expect(tried).toEqual({
      inline: false,
      evaluated: 'refused',
      away: 'refused',
      loopback: 'refused',
      file: 'refused',
      otherHost: 'refused',
      opened: true,
      notifications: 'denied',
      place: 'refused',
    });
    await page.evaluate("location.href = 'https://example.org/'");
    await page.evaluate("location.href = 'file:///etc/passwd'");
    expect(page.url()).toBe('cortext://app/connect');
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('serves the interface and data under its own protocol, and nothing that lies elsewhere', async () => {
    const { page } = await connected();
    const statuses = await page.evaluate<Record<string, number>>(`(async () => {
      const paths = ['/icon.svg', '/data/catalog.sqlite', '/data/..%2fcatalog.sqlite', '/data/stimuli/..%2f..%2fcatalog.sqlite',
        '/..%2f..%2fpackage.json', '/main/index.js'];
      const found = {};
      for (const path of paths) found[path] = (await fetch(path)).status;
      found.put = (await fetch('/icon.svg', { method: 'PUT', body: 'x' })).status;
      return found;
    })()`);
    expect(statuses).toEqual({
      '/icon.svg': 200,
      '/data/catalog.sqlite': 404,
      '/data/..%2fcatalog.sqlite': 404,
      '/data/stimuli/..%2f..%2fcatalog.sqlite': 404,
      '/..%2f..%2fpackage.json': 404,
      '/main/index.js': 404,
      put: 405,
    });
    const policy = await page.evaluate<string>(
      `fetch('/').then((page) => page.headers.get('content-security-policy'))`,
    );
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-/);
  });

  it('has the menu of a desktop program, which leads through the pages', async () => {
    const { app, page } = await connected();
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map(({ label }) => label.replace('&', '')),
    );
    expect(labels).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
    await app.evaluate(({ Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById('/history')?.click();
    });
    await page.waitForURL('cortext://app/history');
    await app.evaluate(({ Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById('connect')?.click();
    });
    await page.getByText(`Now connected to http://localhost:${tunnel.port}`).waitFor();
  });

  it('asks for a workspace with the dialog of the system', async () => {
    const { app, page } = await started();
    const folder = join(temporaryFolder(), 'new-workspace');
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, folder);
    await page.getByRole('link', { name: 'Work elsewhere' }).click();
    await page.getByRole('button', { name: 'Open a workspace' }).click();
    if (built.hasServices) await page.waitForURL('cortext://app/library');
    else
      await page
        .getByRole('alert')
        .getByText(/too old/)
        .nth(1)
        .waitFor();
  });

  it('comes back where it was, and only once', async () => {
    const { app, page } = await started();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const second = spawn(
      built.program,
      [...built.args, `--user-data-dir=${userData}`, '--no-sandbox', '--disable-gpu'],
      {
        env: { ...process.env, DISPLAY: screen.display },
        stdio: 'ignore',
      },
    );
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    const place = { x: 140, y: 90, width: 1100, height: 700 };
    await app.evaluate(({ BrowserWindow }, bounds) => {
      BrowserWindow.getAllWindows()[0].setBounds(bounds);
    }, place);
    await app.close();
    const again = await started(userData);
    await again.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].getBounds())).toEqual(
      place,
    );
  });

  it('shows a way back when its page has crashed', async () => {
    const { app } = await connected();
    const url = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.getURL());
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0].webContents.forcefullyCrashRenderer();
    });
    await expect.poll(url).toBe('cortext://app/crashed');
    const clicked = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0].webContents.executeJavaScript(
          'document.querySelector(\'a[href="/library"]\')?.click() ?? document.body.innerText',
        ),
      );
    await clicked();
    await expect.poll(url).toBe('cortext://app/library');
    const text = () =>
      app.evaluate(({ BrowserWindow }): Promise<string> =>
        BrowserWindow.getAllWindows()[0].webContents.executeJavaScript('document.body.innerText'),
      );
    await expect.poll(text).toContain('Discs');
  });
});

/** For docs/: `CORTEXT_SCREENSHOTS` names the folder. */
async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.CORTEXT_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `desktop-${name}.png`) });
}

async function allPicturesLoad(page: Page): Promise<void> {
  // Evaluated as text: the page's own types are not those of this program.
  const loaded = () =>
    page.evaluate<boolean>(
      '(() => { const all = [...document.querySelectorAll("img")]; return all.length > 1 && all.every((image) => image.naturalWidth > 0); })()',
    );
  await expect.poll(loaded, { timeout: 10_000 }).toBe(true);
}
