/** A task as it goes. */
import { useEffect, useState } from 'react';
import type { Task } from '../../shared/task.ts';
import { useCall } from './client-context.tsx';

/** @param id - null while there is none */
export function useTask(id: string | null): Task | null {
  const { data: tasks = [] } = useCall('tasks.list', {});
  return tasks.find((task) => task.id === id) ?? null;
}

/** Seconds that the present part of a task takes yet, by how far it came since it began; null while that says nothing. */
export function useSecondsLeft(task: Task | null): number | null {
  const { text, done, total } = task?.progress ?? { text: null, done: null, total: null };
  const [began, setBegan] = useState<{ text: string | null; at: number; done: number }>({ text: null, at: 0, done: 0 });
  useEffect(() => {
    setBegan({ text, at: Date.now(), done: done ?? 0 });
    // Only another part begins anew.
  }, [text]);
  if (done === null || total === null || began.text !== text || done <= began.done) return null;
  const elapsed = (Date.now() - began.at) / 1000;
  return elapsed < 1 ? null : (elapsed * (total - done)) / (done - began.done);
}
