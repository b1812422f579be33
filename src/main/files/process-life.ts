/** Whether a process of this computer that left its number somewhere is still there. */
import { readFileSync } from 'node:fs';

/** When a process started, as the system counts; tells a living owner from a stranger who got its number later. */
export function processStart(pid: number): string | null {
  try {
    // The second field, the program's name, may hold spaces and brackets; the start is the twentieth after it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.split(' ').at(20) ?? null;
  } catch {
    // Other systems have no such file: there the number alone must do.
    return null;
  }
}

/** @param started - as `processStart` gave it when the process left its number */
export function isAlive(pid: number, started: string | null): boolean {
  if (pid === process.pid) return true;
  if (started !== null && processStart(pid) !== started) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
