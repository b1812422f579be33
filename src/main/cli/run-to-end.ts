/** Runs an experiment in the foreground of a terminal, and says how it ended. */
import type { EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError } from '../../shared/errors.ts';
import type { ExperimentStatus } from '../../shared/experiment.ts';
import type { Workspace } from '../services/workspace.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { duration, type Output } from './output.ts';
import { scoreTable } from './score-table.ts';

/** Runs an experiment's engine in the foreground and reports how it ended. */
export async function runToEnd(context: CommandContext, workspace: Workspace, id: string): Promise<CommandResult> {
  const { runExperiment } = await import('../services/experiments.ts');
  const { output, signal } = context;
  const { engine, ended } = runExperiment(workspace, id, (event) => {
    showEvent(output, event);
  });
  // The first Ctrl-C pauses, the second does not wait for the checkpoint.
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts++;
    if (interrupts === 1) {
      output.say('Pausing: writing a checkpoint. Ctrl-C again to leave without one.');
      engine.pause();
    } else engine.kill();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  let status: ExperimentStatus;
  try {
    status = await ended;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  output.endProgress();
  const result = statusResult(status);
  if (status.state === 'completed' || status.state === 'stopped') {
    const { scoresOfExperiment } = await import('../services/reports.ts');
    const evaluation = scoresOfExperiment(workspace, id);
    const text = `${result.text}\n\n${scoreTable(evaluation)}\n\nLook at it with: cortext report ${id}`;
    return { data: { ...status, scores: evaluation.scores }, text };
  }
  return signal.aborted && status.state === 'paused' ? { ...result, exitCode: 130 } : result;
}

export function statusResult(status: ExperimentStatus): CommandResult {
  const { id, state, phase, step, steps, secondsSpent, error } = status;
  if (state === 'failed' || (state === 'interrupted' && error !== null)) {
    // Codes are written by this version's engine and supervisor.
    throw CortextError.fromEnvelope(
      (error ?? { code: 'ENGINE_CRASHED', message: `Experiment ${id} failed.` }) as Parameters<
        typeof CortextError.fromEnvelope
      >[0],
    );
  }
  const where = state === 'completed' ? '' : ` in ${phase} at step ${step} of ${steps}`;
  const next = state === 'paused' || state === 'interrupted' ? `\nGo on with: cortext resume ${id}` : '';
  return { data: status, text: `${id}: ${state}${where} after ${duration(secondsSpent)}.${next}` };
}

/** Phases in words. */
const phaseNames = {
  preparing: 'preparing data',
  'image-encoder': 'image encoder',
  training: 'training',
  'training-control': 'training the shuffled control',
  reconstructing: 'drawing reconstructions and controls',
  evaluating: 'scoring',
  finished: 'finished',
} as const;

function showEvent(output: Output, event: EngineEvent): void {
  switch (event.type) {
    case 'ready':
      output.say(`Engine: ${event.backend} on ${event.device}`);
      break;
    case 'progress':
      output.progress(progressText(event));
      break;
    case 'warning':
      output.say(`warning: ${event.message}`);
      break;
    default:
      break;
  }
}

/** Shows what several engines say at the same time, each by a name for people. */
export function showParallel(output: Output): (name: string, event: EngineEvent) => void {
  const latest = new Map<string, string>();
  return (name, event) => {
    if (event.type === 'warning') output.say(`warning in ${name}: ${event.message}`);
    if (event.type === 'ended') {
      latest.delete(name);
      output.say(`${name}: ${event.state}`);
    }
    if (event.type === 'progress') {
      latest.set(name, `${name} ${progressText(event)}`);
      output.progress([...latest.values()].join('  |  '));
    }
  };
}

function progressText(event: Extract<EngineEvent, { type: 'progress' }>): string {
  const { phase, step, steps, samplesPerSecond, secondsLeft } = event;
  if (steps === 0) return phaseNames[phase];
  const speed = samplesPerSecond === null ? '' : `  ${samplesPerSecond.toFixed(0)} images/s`;
  const left = secondsLeft === null ? '' : `  ${duration(secondsLeft)} left`;
  return `${phaseNames[phase]}  step ${step} of ${steps}  ${Math.floor((100 * step) / steps)} %${speed}${left}`;
}
