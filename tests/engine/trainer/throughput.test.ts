import { describe, expect, it } from 'vitest';
import { Throughput } from '../../../src/main/engine/trainer/training-loop.ts';

describe('speed and time left', () => {
  it('count steps after the first, which compiles', () => {
    const meter = new Throughput(16);
    meter.tick(9_000);
    expect(meter.samplesPerSecond).toBeNull();
    meter.tick(9_500);
    meter.tick(10_000);
    expect(meter.samplesPerSecond).toBeCloseTo(32);
    expect(meter.secondsFor(100)).toBeCloseTo(50);
  });

  it('are not spoilt by a night that the computer slept through', () => {
    const meter = new Throughput(16);
    for (let step = 0; step < 10; step++) meter.tick(500 * step);
    for (let step = 0; step < 10; step++) meter.tick(8 * 3_600_000 + 500 * step);
    expect(meter.secondsFor(100)).toBeCloseTo(50);
  });
});
