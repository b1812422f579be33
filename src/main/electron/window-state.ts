/** Where the window was, brought back to where it can be seen. */
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const windowStateSchema = z.object({
  /** In the screen's own units; null before the first start. */
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }).nullable(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const SMALLEST_WINDOW = { width: 900, height: 600 };
const USUAL_WINDOW = { width: 1440, height: 900 };

/** How much of the window must be on a screen so that it can be caught with the mouse, in pixels. */
const TO_CATCH = 120;

/**
 * @param workAreas - of the screens that are connected now, the main one first
 * @returns no place when the saved one is on no screen: the system chooses
 */
export function placeWindow(
  saved: Rectangle | null,
  workAreas: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  const [main] = workAreas;
  const size = saved ?? USUAL_WINDOW;
  const width = Math.min(Math.max(size.width, SMALLEST_WINDOW.width), main.width);
  const height = Math.min(Math.max(size.height, SMALLEST_WINDOW.height), main.height);
  if (saved === null) return { width, height };
  const isSeen = workAreas.some((area) => {
    const across = Math.min(saved.x + width, area.x + area.width) - Math.max(saved.x, area.x);
    // The bar to catch it by is at its top.
    return across >= TO_CATCH && saved.y >= area.y && saved.y < area.y + area.height - 40;
  });
  return isSeen ? { width, height, x: saved.x, y: saved.y } : { width, height };
}
