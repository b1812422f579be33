import { describe, expect, it } from 'vitest';
import { LOOK_INTERVAL, SilenceWatch } from '../../src/main/services/silence-watch.ts';

function looks(watch: SilenceWatch, seconds: number): boolean {
  let hangs = false;
  for (let look = 0; look < (seconds * 1000) / LOOK_INTERVAL; look++) hangs = watch.look(LOOK_INTERVAL);
  return hangs;
}

describe('the watch for engines that hang', () => {
  it('lets an engine be silent for as long as it said, and no longer', () => {
    const watch = new SilenceWatch();
    watch.heard(120);
    expect(looks(watch, 120)).toBe(false);
    expect(watch.look(LOOK_INTERVAL)).toBe(true);
  });

  it('starts anew at every message, whatever it says', () => {
    const watch = new SilenceWatch();
    watch.heard(120);
    looks(watch, 119);
    watch.heard();
    expect(looks(watch, 119)).toBe(false);
  });

  it('does not take the night that the computer slept through for silence', () => {
    const watch = new SilenceWatch();
    watch.heard(120);
    looks(watch, 100);
    expect(watch.look(8 * 3600 * 1000)).toBe(false);
    expect(looks(watch, 10)).toBe(false);
    expect(looks(watch, 10)).toBe(true);
  });

  it('does not end an engine because a clock went backwards', () => {
    const watch = new SilenceWatch();
    watch.heard(10);
    expect(watch.look(-3600 * 1000)).toBe(false);
    expect(looks(watch, 11)).toBe(true);
  });
});
