/** Breath and pulse, as they alias into volumes that are seconds apart. */
import type { Random } from '../../../../shared/random.ts';

/** Breath, then pulse. */
export const PHYSIOLOGY_COURSES = 2;
const BREATH_HERTZ = 0.28;
const PULSE_HERTZ = 1.07;

/** @returns `[volumes, 2]` of variance 1/2, with rates that wander by a few percent */
export function pulseAndBreath(volumes: number, repetitionTime: number, random: Random): Float32Array {
  const courses = new Float32Array(volumes * PHYSIOLOGY_COURSES);
  for (const [course, hertz] of [BREATH_HERTZ, PULSE_HERTZ].entries()) {
    let phase = random.uniform();
    for (let volume = 0; volume < volumes; volume++) {
      courses[volume * PHYSIOLOGY_COURSES + course] = Math.cos(2 * Math.PI * phase);
      phase += hertz * repetitionTime * (1 + 0.03 * random.normal());
    }
  }
  return courses;
}
