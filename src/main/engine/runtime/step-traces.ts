/**
 * The recordings of one step: one for each combination of shapes that it is fed.
 *
 * The lengths of a recording are fixed, since TensorFlow.js hands them to the operations as constants.
 */
import type { FeedShapes } from './feeds.ts';
import type { RecordedStep } from './recorded-step.ts';

/** Every recording is part of the session's graph: more than a few would make it slow to build. */
const LIMIT = 6;

export class StepTraces {
  readonly #record: (feeds: FeedShapes) => RecordedStep;
  /** By shapes, those used last at the end. */
  readonly #recorded = new Map<string, RecordedStep>();

  constructor(record: (feeds: FeedShapes) => RecordedStep) {
    this.#record = record;
  }

  get recorded(): RecordedStep[] {
    return [...this.#recorded.values()];
  }

  /** The recording for what is fed, made with the first of its kind; the one unused for longest makes room. */
  for(feeds: FeedShapes): RecordedStep {
    const key = Object.values(feeds)
      .map(({ shape }) => shape.join())
      .join(';');
    const recorded = this.#recorded.get(key) ?? this.#record(feeds);
    this.#recorded.delete(key);
    this.#recorded.set(key, recorded);
    const [oldest] = this.#recorded.keys();
    if (this.#recorded.size > LIMIT) this.#recorded.delete(oldest);
    return recorded;
  }
}
