import { describe, expect, it } from 'vitest';
import { createWorkplace } from '../../src/main/electron/workplace.ts';
import { namedWorkspace, openInThisProcess } from '../../src/main/electron/open-workspace.ts';
import { plainAnswer, type OpenedWorkspace } from '../../src/main/services/opened-workspace.ts';
import { CortextError } from '../../src/shared/errors.ts';

function workspace(name: string, did: string[], running: string[] = []): OpenedWorkspace {
  return {
    place: 'this-computer',
    name,
    call: () => Promise.resolve({ ok: true, value: name }),
    subscribe: () => () => undefined,
    onConnection: () => () => undefined,
    data: () => Promise.resolve(plainAnswer(404, '')),
    running: () => running,
    close: () => {
      did.push(`closed ${name}`);
      return Promise.resolve();
    },
  };
}

const failing = (message: string) => () =>
  Promise.reject(new CortextError('WORKSPACE_NOT_FOUND', message, { hint: 'Look.' }));

describe('where the window works', () => {
  it('leaves a workspace when the next one stands open', async () => {
    const did: string[] = [];
    const place = createWorkplace({ mayPause: () => Promise.resolve(true), onChange: () => did.push('changed') });
    await place.start(() => Promise.resolve(workspace('a', did)));
    expect(await place.change(() => Promise.resolve(workspace('b', did)))).toBeNull();
    expect(place.now.name).toBe('b');
    expect(did).toEqual(['changed', 'changed', 'closed a']);
  });

  it('keeps the workspace when the next one cannot be opened, and says why', async () => {
    const did: string[] = [];
    const place = createWorkplace({ mayPause: () => Promise.resolve(true), onChange: () => undefined });
    await place.start(() => Promise.resolve(workspace('a', did)));
    expect(await place.change(failing('Nothing there.'))).toEqual({ message: 'Nothing there.', hint: 'Look.' });
    expect(place.now.name).toBe('a');
    expect(did).toEqual([]);
  });

  it('asks before it pauses trainings for a change', async () => {
    const place = createWorkplace({ mayPause: () => Promise.resolve(false), onChange: () => undefined });
    await place.start(() => Promise.resolve(workspace('a', [], ['x'])));
    expect(await place.change(() => Promise.resolve(workspace('b', [])))).toBeNull();
    expect(place.now.name).toBe('a');
  });

  it('answers every call with the reason when nothing could be opened', async () => {
    const place = createWorkplace({ mayPause: () => Promise.resolve(true), onChange: () => undefined });
    await place.start(failing('The disk is gone.'));
    expect(place.connection()).toEqual({
      place: 'nowhere',
      name: '',
      problem: { message: 'The disk is gone.', hint: 'Look.' },
    });
    expect(await place.now.call('workspace.show', {})).toMatchObject({
      ok: false,
      error: { message: 'The disk is gone.' },
    });
  });

  it('loads no database driver into an Electron that would crash by it', async () => {
    await expect(openInThisProcess(null, '8')).rejects.toMatchObject({
      code: 'RUNTIME_UNSUITABLE',
      message: expect.stringContaining('Node-API 8') as string,
    });
  });

  it('takes the workspace that was named at the start', () => {
    const from = { INIT_CWD: '/home/lab' };
    expect(namedWorkspace(['electron', '.', '--workspace', 'data'], from)).toBe('/home/lab/data');
    expect(namedWorkspace(['electron', '.', '--workspace=/data'], from)).toBe('/data');
    expect(namedWorkspace(['electron', '.'], { ...from, CORTEXT_WORKSPACE: 'other' })).toBe('/home/lab/other');
    expect(namedWorkspace(['electron', '.'], from)).toBeNull();
  });
});
