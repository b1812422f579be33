/**
 * Who may talk to the server: only pages that it served itself, opened with its token, from this computer.
 *
 * A web site that the user visits can make the browser send requests to loopback addresses, and can let its own name
 * resolve to one. So the name that was asked for, the page that asks, and a secret are checked with every request.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type Refusal = 'foreign-host' | 'foreign-origin' | 'no-token';

export interface Admission {
  /** Null admits. */
  refuse(request: IncomingMessage): Refusal | null;
  /** Whether a token is the right one. */
  accepts(token: string): boolean;
  /** Remembers the token in the browser, out of reach of scripts and of other sites. */
  readonly cookie: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export function createAdmission(token: string): Admission {
  // Cookies do not distinguish ports: two servers of one computer, or of two over a tunnel, each need a name of their own.
  const name = `cortext-${createHash('sha256').update(`name ${token}`).digest('hex').slice(0, 12)}`;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(token);
  // Of digests, so that neither the time nor the length tells anything.
  const accepts = (given: string): boolean => timingSafeEqual(digest(given), expected);
  return {
    accepts,
    cookie: `${name}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    refuse({ headers, method }) {
      // The port may be another one at the near end of a tunnel; the name may not.
      const host = headers.host ?? '';
      if (!LOOPBACK.has(host.replace(/:\d+$/, '').toLowerCase())) return 'foreign-host';
      const { origin } = headers;
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      const onlyLooks = (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined;
      // Browsers name the page with every request that changes something. Who sends the token by hand is no page.
      if (origin === undefined ? !onlyLooks && bearer === undefined : origin !== `http://${host}`) {
        return 'foreign-origin';
      }
      const given = bearer ?? cookieValue(headers.cookie ?? '', name);
      return given !== undefined && accepts(given) ? null : 'no-token';
    },
  };
}

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
