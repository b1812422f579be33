/** The system's own dialogs. */
import { dialog, type BrowserWindow } from 'electron';
import type { QuitChoice } from './quitting.ts';

const trainings = (n: number): string => (n === 1 ? 'An experiment is training' : `${n} experiments are training`);

export async function askHowToQuit(window: BrowserWindow, experiments: number): Promise<QuitChoice> {
  const choices: readonly QuitChoice[] = ['pause', 'keep', 'cancel'];
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `${trainings(experiments)}.`,
    detail:
      'Pausing writes a checkpoint; training goes on from there when you resume it. Or Cortext keeps training without a window, and quits when it is done.',
    buttons: ['Pause and quit', 'Keep training', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return choices[response] ?? 'cancel';
}

export async function askToPause(window: BrowserWindow, experiments: number): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: `${trainings(experiments)} in this workspace.`,
    detail: 'Leaving it pauses training: a checkpoint is written, and you can resume when you are back.',
    buttons: ['Pause and leave', 'Stay'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}

/** @returns whether to load the window anew */
export async function askAboutSilence(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The window does not answer.',
    detail: 'What trains is not touched by that, and goes on.',
    buttons: ['Wait', 'Load it anew'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 1;
}

export async function tellProblem(window: BrowserWindow, problem: { message: string; hint: string }): Promise<void> {
  await dialog.showMessageBox(window, { type: 'error', message: problem.message, detail: problem.hint, noLink: true });
}

/** A data set is a folder or some files. Only a Mac's dialog lets one choose either. */
export async function chooseFiles(window: BrowserWindow): Promise<string[]> {
  const files = ['openFile', 'multiSelections'] as const;
  const what = process.platform === 'darwin' ? 'either' : await askFolderOrFiles(window);
  if (what === 'nothing') return [];
  const { filePaths } = await dialog.showOpenDialog(window, {
    properties: what === 'either' ? [...files, 'openDirectory'] : what === 'folder' ? ['openDirectory'] : [...files],
  });
  return filePaths;
}

async function askFolderOrFiles(window: BrowserWindow): Promise<'folder' | 'files' | 'nothing'> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'What do you want to import?',
    buttons: ['A folder', 'Files', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return (['folder', 'files'] as const)[response] ?? 'nothing';
}

export async function chooseWorkspace(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open a workspace, or make one in an empty folder',
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}
