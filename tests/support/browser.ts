/** A real Chromium for tests, where the system has one. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Null where the system has no Chromium. */
export const chromiumPath = candidates.find((path) => existsSync(path)) ?? null;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--disable-background-networking', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, exceptions, and requests that would leave the machine. Should stay empty. */
  readonly complaints: string[];
}

/** Opens a page in a context of its own and notes whatever should not happen. */
export async function openWatched(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  // On a busy computer of two cores, a look at data has taken longer than the half minute that is usual.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  // Nothing leaves the machine: what would is noted and goes nowhere.
  await context.route(
    ({ protocol, hostname }) => !['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1',
    (route) => {
      complaints.push(`request: ${route.request().url()}`);
      return route.abort();
    },
  );
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).hostname !== '127.0.0.1') complaints.push(`socket: ${socket.url()}`);
  });
  await page.goto(url);
  return { page, context, complaints };
}
