/**
 * A workspace that another computer serves, as if it were here: calls, events and data go over HTTP and WebSocket to its
 * `cortext serve`, usually through an SSH tunnel.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { CallAnswer } from '../../../shared/contract-client.ts';
import type { ErrorEnvelope } from '../../../shared/errors.ts';
import { CortextError } from '../../../shared/errors.ts';
import { plainAnswer, type DataAnswer, type DataRequest, type OpenedWorkspace } from '../opened-workspace.ts';
import { relayEvents } from './relay-events.ts';
import type { ServerAddress } from './server-address.ts';

/**
 * Connects, and asks once for the workspace to see that it is there.
 *
 * @throws CortextError `CONNECTION_LOST` when nobody answers, when it is no Cortext, or when it refuses the key
 */
export async function relayWorkspace(address: ServerAddress): Promise<OpenedWorkspace> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const first = await callOver(address, agent, 'workspace.show', {});
  if (!first.ok) {
    agent.destroy();
    throw CortextError.fromEnvelope(first.error);
  }
  const events = relayEvents(address);
  return {
    place: 'another-computer',
    name: address.origin,
    call: (name, input, signal) => callOver(address, agent, name, input, signal),
    subscribe: (listener) => events.subscribe(listener),
    onConnection: (listener) => events.onConnection(listener),
    data: (request) => dataOver(address, agent, request),
    // They go on over there, whether this window looks or not.
    running: () => [],
    close: () => {
      events.close();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

async function callOver(
  address: ServerAddress,
  agent: Agent,
  name: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<CallAnswer> {
  try {
    const response = await send(address, agent, {
      method: 'POST',
      // A name is part of an address here; whatever else is in it must not become one.
      path: `/call/${encodeURIComponent(name)}`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(input ?? {}),
      signal,
    });
    const text = await textOf(response);
    if (response.statusCode !== 200) return { ok: false, error: refusal(address, response.statusCode ?? 0, text) };
    // Whatever listens at a port may answer; only Cortext answers like this.
    const answer = JSON.parse(text) as Partial<CallAnswer>;
    if (typeof answer.ok === 'boolean') return answer as CallAnswer;
    return { ok: false, error: noCortext(address) };
  } catch (error) {
    if (signal?.aborted === true) return { ok: false, error: { code: 'CANCELLED', message: 'Cancelled.' } };
    return { ok: false, error: error instanceof SyntaxError ? noCortext(address) : lost(address) };
  }
}

/** Headers of the page's own computer and session stay here. */
const PASSED_ON = ['content-type', 'content-length', 'accept'];

async function dataOver(address: ServerAddress, agent: Agent, request: DataRequest): Promise<DataAnswer> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => PASSED_ON.includes(name.toLowerCase())),
  );
  try {
    const response = await send(address, agent, { ...request, path: `/data/${request.address}`, headers });
    const answered = Object.entries(response.headers).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && !/^(connection|keep-alive|transfer-encoding|set-cookie|date)$/.test(entry[0]),
    );
    return { status: response.statusCode ?? 502, headers: Object.fromEntries(answered), body: response };
  } catch {
    return plainAnswer(502, lost(address).message);
  }
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable | null;
  readonly signal?: AbortSignal | undefined;
}

function send(address: ServerAddress, agent: Agent, sent: Sent): Promise<IncomingMessage> {
  const { method, path, headers, body, signal } = sent;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      agent,
      // As the address names it: behind a tunnel, 127.0.0.1 and localhost need not be the same.
      hostname: address.hostname.replace(/^\[|\]$/g, ''),
      port: address.port,
      method,
      path,
      headers: { ...headers, Authorization: `Bearer ${address.token}` },
      ...(signal === undefined ? {} : { signal }),
    });
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server had closed a kept connection just then, and has not seen the request.
      const unseen = request.reusedSocket && error.code === 'ECONNRESET' && (body === null || typeof body === 'string');
      if (unseen) resolve(send(address, agent, sent));
      else reject(error);
    });
    if (body === null || typeof body === 'string') request.end(body ?? undefined);
    else {
      body.on('error', (error) => request.destroy(error));
      body.pipe(request);
    }
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  // No encoding is set, so the stream gives buffers.
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function lost(address: ServerAddress): ErrorEnvelope {
  return {
    code: 'CONNECTION_LOST',
    message: `Nobody answers at ${address.origin}.`,
    hint: 'Is "cortext serve" still running there, and the SSH tunnel open? Trainings go on without this window.',
  };
}

function noCortext(address: ServerAddress): ErrorEnvelope {
  return {
    code: 'CONNECTION_LOST',
    message: `What answers at ${address.origin} is not Cortext.`,
    hint: 'Check the port: it is the one that "cortext serve" prints, or the near end of your tunnel to it.',
  };
}

function refusal(address: ServerAddress, status: number, text: string): ErrorEnvelope {
  if (status === 401) {
    return {
      code: 'CONNECTION_LOST',
      message: `The server at ${address.origin} does not accept this key.`,
      hint: 'It was started anew since. Connect with the address that "cortext serve" prints now.',
    };
  }
  return status === 404 || status === 405
    ? noCortext(address)
    : { code: 'INTERNAL', message: `The server refused a call (${status}): ${text.slice(0, 200)}` };
}
