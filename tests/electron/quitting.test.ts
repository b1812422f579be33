import { describe, expect, it } from 'vitest';
import { createQuitting, type QuitChoice } from '../../src/main/electron/quitting.ts';

function program(choice: QuitChoice, running: string[]) {
  const did: string[] = [];
  const listeners = new Set<() => void>();
  const quitting = createQuitting({
    running: () => running,
    ask: (experiments) => {
      did.push(`asked about ${experiments}`);
      return Promise.resolve(choice);
    },
    hideWindow: () => did.push('hidden'),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      did.push('paused and closed');
      return Promise.resolve();
    },
    exit: () => did.push('exit'),
  });
  const end = (): void => {
    running.pop();
    for (const listener of listeners) listener();
  };
  return { quitting, did, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('quitting', () => {
  it('asks nothing when nothing trains', async () => {
    const { quitting, did } = program('cancel', []);
    await quitting.request();
    expect(did).toEqual(['hidden', 'paused and closed', 'exit']);
  });

  it('pauses what trains before it ends, when the user says so', async () => {
    const { quitting, did } = program('pause', ['a', 'b']);
    await quitting.request();
    expect(did).toEqual(['asked about 2', 'hidden', 'paused and closed', 'exit']);
    expect(quitting.isLeaving).toBe(true);
  });

  it('stays when the user thinks better of it', async () => {
    const { quitting, did } = program('cancel', ['a']);
    await quitting.request();
    expect(did).toEqual(['asked about 1']);
    expect(quitting.isLeaving).toBe(false);
  });

  it('trains on without a window, and ends after the last training', async () => {
    const { quitting, did, end } = program('keep', ['a', 'b']);
    await quitting.request();
    expect(did).toEqual(['asked about 2', 'hidden']);
    end();
    await settled();
    expect(did).not.toContain('exit');
    end();
    await settled();
    expect(did.slice(2)).toEqual(['hidden', 'paused and closed', 'exit']);
  });

  it('does not end when the user has fetched the window back meanwhile', async () => {
    const { quitting, did, end } = program('keep', ['a']);
    await quitting.request();
    quitting.stay();
    end();
    await settled();
    expect(did).not.toContain('exit');
  });

  it('asks once, however often quitting is asked for', async () => {
    const { quitting, did } = program('cancel', ['a']);
    await Promise.all([quitting.request(), quitting.request()]);
    expect(did).toEqual(['asked about 1']);
  });
});
