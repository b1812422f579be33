import type { Page } from 'playwright-core';

/** Waits until what fades, moves and unfolds has done so. The page's policy lets nothing but `evaluate` ask. */
export async function atRest(page: Page): Promise<void> {
  const drawn = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
  await page.evaluate(drawn);
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < 1000).map((one) => one.finished))',
  );
  await page.evaluate(drawn);
}
