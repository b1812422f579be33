/** Main's side of the IPC against whoever should not reach it. */
import { describe, expect, it } from 'vitest';
import type { Answering } from '../../src/main/electron/ipc-adapter.ts';
import { isTrustedFrame } from '../../src/main/electron/trusted-sender.ts';
import { CALL_CHANNEL } from '../../src/shared/contract-bridge.ts';
import { Random } from '../../src/shared/random.ts';
import { ipcPair } from '../support/electron/ipc-pair.ts';

function answering(call: Answering['call']): Answering {
  return { place: 'this-computer', call, subscribe: () => () => undefined, onConnection: () => () => undefined };
}

const message = { kind: 'call', number: 1, name: 'workspace.show', input: {} };

describe('senders', () => {
  it.each([
    ['another scheme', { url: 'https://app/library', parent: null }],
    ['a host that begins like ours', { url: 'cortext://app.evil/', parent: null }],
    ['a name before the host', { url: 'cortext://app@evil/', parent: null }],
    ['a file', { url: 'file:///cortext://app/', parent: null }],
    ['a page made in memory', { url: 'about:blank', parent: null }],
    ['nothing that is an address', { url: '', parent: null }],
    ['a frame inside our page', { url: 'cortext://app/library', parent: {} }],
    ['a report', { url: 'cortext://app/data/experiments/x/report', parent: null }],
    ['a frame that has gone', null],
  ])('of %s are refused', async (_name, frame) => {
    expect(isTrustedFrame(frame)).toBe(false);
    let called = 0;
    const pair = ipcPair(answering(() => Promise.resolve({ ok: true, value: called++ })));
    await expect(pair.sendAs(frame, CALL_CHANNEL, message)).rejects.toThrow('Refused');
    expect(called).toBe(0);
    expect(pair.refused).toHaveLength(1);
  });

  it('of our own page, as the main frame, are heard', () => {
    expect(isTrustedFrame({ url: 'cortext://app/experiments/x?y#z', parent: null })).toBe(true);
  });
});

describe('messages', () => {
  it('of a thousand wrong forms are refused, and main lives on', async () => {
    const random = new Random(7);
    const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)];
    const pair = ipcPair(answering(() => Promise.resolve({ ok: true, value: null })));
    const junk: unknown[] = [
      null,
      undefined,
      0,
      -1,
      NaN,
      '',
      'call',
      [],
      {},
      new Map(),
      new Uint8Array(9),
      { toString: 'x' },
    ];
    for (let at = 0; at < 1000; at++) {
      const wrong =
        random.uniform() < 0.3
          ? pick(junk)
          : {
              kind: pick([...junk, 'call', 'connect', 'shell']),
              number: pick(junk),
              name: pick(junk),
              extra: pick(junk),
            };
      await expect(pair.wire.invoke(CALL_CHANNEL, wrong)).rejects.toThrow('Refused');
    }
    expect(pair.refused).toHaveLength(1000);
    expect(await pair.client.call('presets.list', {})).toBeNull();
  });

  it('cancel a call that nobody waits for any more', async () => {
    const pair = ipcPair(
      answering(
        (_name, _input, signal) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => {
              resolve({ ok: false, error: { code: 'CANCELLED', message: 'Cancelled.' } });
            });
          }),
      ),
    );
    const abort = new AbortController();
    const call = pair.client.call('presets.list', {}, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
