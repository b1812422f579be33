/**
 * Draws the batches that a training step is fed with.
 *
 * Everything random about training happens here, in JavaScript, from one seeded generator whose state a checkpoint
 * keeps: the steps themselves are deterministic functions of what they are fed, on every backend.
 */
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { Random, type RandomState } from '../../../shared/random.ts';

/** Training samples as the network sees them. */
export interface TrainingSet {
  readonly count: number;
  /** z-scored responses of each region, `[count, voxels]`. */
  readonly responses: readonly Float32Array[];
  readonly voxelsPerRegion: readonly number[];
  /** Stimuli in [-1, 1], `[count, size, size, channels]`. */
  readonly images: Float32Array;
  readonly imageSize: number;
  readonly channels: 1 | 3;
  /** Which samples are "the same sentence": wrong pairs come from another group (category, else stimulus). */
  readonly groups: Int32Array;
}

export interface FeederOptions {
  readonly batch: number;
  readonly noise: number;
  readonly voxelDropout: number;
  readonly voxelNoise: number;
  readonly mixup: number;
  /** Largest random shift of the images, as a share of the side. */
  readonly shift: number;
}

export interface Batch {
  /** `[batch, size, size, channels]` in [-1, 1]. */
  readonly images: Float32Array;
  /** What the generator should draw: `images`, or a mixture of two where the condition is mixed. */
  readonly targets: Float32Array;
  /** Per region `[batch, voxels]`. */
  readonly responses: readonly Float32Array[];
  /** The generator's conditions: `responses`, or mixtures of two samples' responses. */
  readonly mixedResponses: readonly Float32Array[];
  /** Standard normal, `[batch, noise]`. */
  readonly noise: Float32Array;
  /** For each image the position in the batch of a condition that does not belong to it. */
  readonly wrongOrder: Int32Array;
}

/** The options that an experiment's configuration means. */
export function feederOptions({
  condition,
  network,
  training,
}: Pick<ExperimentConfig, 'condition' | 'network' | 'training'>): FeederOptions {
  return {
    batch: training.batch,
    noise: network.noise,
    voxelDropout: condition.voxelDropout,
    voxelNoise: condition.voxelNoise,
    mixup: condition.mixup,
    shift: training.shift,
  };
}

/** What a checkpoint keeps so that the next batch is the one that would have come. */
export interface FeederState {
  readonly random: RandomState;
  readonly order: readonly number[];
  readonly position: number;
}

export class BatchFeeder {
  readonly #set: TrainingSet;
  readonly #options: FeederOptions;
  readonly #random: Random;
  #order: Int32Array;
  #position = 0;

  constructor(set: TrainingSet, options: FeederOptions, seed: number) {
    this.#set = set;
    this.#options = options;
    this.#random = new Random(seed, 'batches');
    this.#order = this.#random.permutation(set.count);
  }

  get state(): FeederState {
    return { random: this.#random.state, order: Array.from(this.#order), position: this.#position };
  }

  set state({ random, order, position }: FeederState) {
    this.#random.state = random;
    this.#order = Int32Array.from(order);
    this.#position = position;
  }

  next(): Batch {
    const { batch, noise, mixup } = this.#options;
    const samples = this.#drawSamples();
    const images = this.#drawImages(samples);
    const responses = this.#drawResponses(samples);
    const mixed = mixup > 0 ? this.#mix(images, responses) : { targets: images, mixedResponses: responses };
    return {
      images,
      responses,
      ...mixed,
      noise: this.#random.normals(batch * noise),
      wrongOrder: this.#drawWrongOrder(samples),
    };
  }

  /** Every sample once per epoch, in a new order each time; a batch may span two epochs. */
  #drawSamples(): Int32Array {
    const samples = new Int32Array(this.#options.batch);
    for (let i = 0; i < samples.length; i++) {
      if (this.#position === this.#set.count) {
        this.#order = this.#random.permutation(this.#set.count);
        this.#position = 0;
      }
      samples[i] = this.#order[this.#position++];
    }
    return samples;
  }

  #drawImages(samples: Int32Array): Float32Array {
    const { imageSize, channels, images } = this.#set;
    const length = imageSize * imageSize * channels;
    const reach = Math.round(this.#options.shift * imageSize);
    const drawn = new Float32Array(samples.length * length);
    samples.forEach((sample, i) => {
      const image = images.subarray(sample * length, (sample + 1) * length);
      if (reach === 0) drawn.set(image, i * length);
      else {
        const down = this.#random.integer(2 * reach + 1) - reach;
        const right = this.#random.integer(2 * reach + 1) - reach;
        shiftImage(image, drawn.subarray(i * length, (i + 1) * length), imageSize, channels, down, right);
      }
    });
    return drawn;
  }

  /** Voxel noise first, then dropout with the survivors scaled up, so that the expected response stays the same. */
  #drawResponses(samples: Int32Array): Float32Array[] {
    const { voxelDropout, voxelNoise } = this.#options;
    const kept = 1 - voxelDropout;
    return this.#set.responses.map((responses, region) => {
      const voxels = this.#set.voxelsPerRegion[region];
      const drawn = new Float32Array(samples.length * voxels);
      for (let i = 0; i < samples.length; i++) {
        for (let v = 0; v < voxels; v++) {
          let value = responses[samples[i] * voxels + v];
          if (voxelNoise > 0) value += voxelNoise * this.#random.normal();
          if (voxelDropout > 0) value = this.#random.uniform() < kept ? value / kept : 0;
          drawn[i * voxels + v] = value;
        }
      }
      return drawn;
    });
  }

  /** Mixes some conditions, and their images in the same proportion, with another of the batch (Zhang 2018, mixup). */
  #mix(images: Float32Array, responses: readonly Float32Array[]) {
    const { batch, mixup } = this.#options;
    const targets = images.slice();
    const mixedResponses = responses.map((region) => region.slice());
    for (let i = 0; i < batch; i++) {
      if (this.#random.uniform() >= mixup) continue;
      const other = (i + 1 + this.#random.integer(batch - 1)) % batch;
      const share = this.#random.uniform();
      blend(targets, images, i, other, share, images.length / batch);
      mixedResponses.forEach((region, r) => {
        blend(region, responses[r], i, other, share, region.length / batch);
      });
    }
    return { targets, mixedResponses };
  }

  /** A few random tries at a partner of another group; the neighbour when the batch has only one group. */
  #drawWrongOrder(samples: Int32Array): Int32Array {
    const { groups } = this.#set;
    const count = samples.length;
    return samples.map((sample, i) => {
      for (let attempt = 0; attempt < 8; attempt++) {
        const candidate = this.#random.integer(count);
        if (groups[samples[candidate]] !== groups[sample]) return candidate;
      }
      const other = samples.findIndex((candidate) => groups[candidate] !== groups[sample]);
      return other === -1 ? (i + count - 1) % count : other;
    });
  }
}

function blend(
  into: Float32Array,
  from: Float32Array,
  i: number,
  other: number,
  share: number,
  length: number,
): void {
  for (let k = 0; k < length; k++) {
    into[i * length + k] = share * from[i * length + k] + (1 - share) * from[other * length + k];
  }
}

/** Moves an image and repeats its border where it left a gap. */
function shiftImage(
  image: Float32Array,
  into: Float32Array,
  size: number,
  channels: number,
  down: number,
  right: number,
): void {
  const clamp = (value: number): number => Math.min(Math.max(value, 0), size - 1);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const source = (clamp(y - down) * size + clamp(x - right)) * channels;
      const target = (y * size + x) * channels;
      for (let c = 0; c < channels; c++) into[target + c] = image[source + c];
    }
  }
}
