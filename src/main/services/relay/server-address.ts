/** The address that `cortext serve` prints, taken apart. */
import { CortextError } from '../../../shared/errors.ts';

export interface ServerAddress {
  /** `http://127.0.0.1:7007` */
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  readonly token: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * @param typed - as pasted; the scheme may be missing
 * @throws CortextError `INVALID_ARGUMENT` when it is no such address, lacks its key, or does not end at this computer
 */
export function parseServerAddress(typed: string): ServerAddress {
  const text = typed.trim();
  const url = urlOf(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.protocol !== 'http:' || url.port === '') {
    throw wrong('This is not an address of "cortext serve".');
  }
  if (!LOOPBACK.has(url.hostname)) {
    // The key would travel in clear, and the server answers to no other name.
    throw new CortextError('INVALID_ARGUMENT', `${url.hostname} is not this end of an SSH tunnel.`, {
      hint: `Open one with: ssh -L ${url.port}:localhost:${url.port} ${url.hostname} and connect to localhost:${url.port}.`,
    });
  }
  const token = url.searchParams.get('token');
  if (token === null || !/^[\w-]{8,200}$/.test(token)) throw wrong('The address has no key.');
  return { origin: url.origin, hostname: url.hostname, port: Number(url.port), token };
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function wrong(message: string): CortextError {
  return new CortextError('INVALID_ARGUMENT', message, {
    hint: 'Paste the whole line that "cortext serve" prints, such as http://127.0.0.1:7007/?token=...',
  });
}
