/** A workspace in front of a user: its application, a server with the interface as it ships, and a Chromium. */
import type { Browser } from 'playwright-core';
import { loadRendererFiles } from '../../src/main/server/renderer-files.ts';
import { startServer, type RunningServer } from '../../src/main/server/server.ts';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { launchChromium } from './browser.ts';
import { buildRenderer } from './build-renderer.ts';

export interface ApplicationInChromium {
  readonly application: Application;
  readonly server: RunningServer;
  readonly browser: Browser;
  close(this: void): Promise<void>;
}

/** @param root - of a workspace that exists */
export async function applicationInChromium(root: string): Promise<ApplicationInChromium> {
  const application = createApplication(openWorkspace(root));
  const server = await startServer(application, { renderer: loadRendererFiles(await buildRenderer()) });
  const browser = await launchChromium();
  return {
    application,
    server,
    browser,
    close: async () => {
      await browser.close();
      await server.close();
      await application.close();
    },
  };
}
