/** `bench`: measures how fast this computer trains and reads. Each benchmark is a command of its own. */
import type { Command } from 'commander';
import { roiBenchmarkCommand } from './bench-roi.ts';
import { stepBenchmarkCommand } from './bench-step.ts';

export function benchCommands(program: Command): void {
  const bench = program.command('bench').description('Measure how fast this computer is at what Cortext does.');
  for (const register of [stepBenchmarkCommand, roiBenchmarkCommand]) register(bench);
}
