/**
 * What Electron 22 lacks of Electron 45's main process, as far as the shell uses it; then the shell itself.
 *
 * Lies beside the built shell in the folder that Electron starts, so it is CommonJS and needs nothing.
 */
const fs = require('node:fs');
const path = require('node:path');
const { PassThrough, Readable } = require('node:stream');
const { app, protocol, safeStorage, session } = require('electron');

// The shell makes Node's streams into the web's, and `protocol.handle` below takes Node's.
Readable.toWeb = (stream) => stream;
Readable.fromWeb = (stream) => stream;
globalThis.Response = class {
  constructor(body, { status, headers }) {
    Object.assign(this, { body, status, headers });
  }
};
safeStorage.getSelectedStorageBackend ??= () => 'basic_text';

const readFolder = fs.readdirSync;
fs.readdirSync = (folder, options) => {
  if (options?.recursive !== true) return readFolder(folder, options);
  return readFolder(folder, options).flatMap((entry) => {
    entry.parentPath = folder;
    return entry.isDirectory() ? [entry, ...fs.readdirSync(path.join(folder, entry.name), options)] : [entry];
  });
};

protocol.handle = (scheme, handler) => {
  protocol.registerStreamProtocol(scheme, (request, answer) => {
    const parts = request.uploadData ?? [];
    const asked = {
      method: request.method,
      url: request.url,
      headers: Object.entries(request.headers),
      body: parts.length === 0 ? null : Readable.from(bytesOf(parts)),
      signal: undefined,
    };
    handler(asked).then(({ body, status, headers }) => {
      const data = new PassThrough();
      if (typeof body === 'string') data.end(body);
      else body.pipe(data);
      answer({ statusCode: status, headers, data });
    });
  });
};

async function* bytesOf(parts) {
  for (const { bytes, file, blobUUID } of parts) {
    if (file) yield* fs.createReadStream(file);
    else yield blobUUID ? await session.defaultSession.getBlobData(blobUUID) : bytes;
  }
}

if (process.argv.includes('--remote-debugging-port=0')) {
  // Playwright says when it has attached. A window that loads while it attaches would make it wait for ever.
  const ready = app.whenReady();
  app.whenReady = () => new Promise((resolve) => (globalThis.__playwright_run = () => ready.then(resolve)));
}

require('./out/main/index.cjs');
