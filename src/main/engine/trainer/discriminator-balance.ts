/**
 * Keeps the discriminator from running away.
 *
 * With a thousand images a discriminator soon tells real from drawn by heart, and its gradients then teach nothing.
 * The rule of Shen et al. 2019 (End-to-end deep image reconstruction): leave it as it is while it is too far ahead, train
 * it again when the generator has caught up.
 */

/** The hinge loss of a discriminator that guesses is 2 (1 for real, 1 for wrong and fake); 0 when it is always right. */
const PAUSE_BELOW = 0.35;
const RESUME_ABOVE = 0.7;
const MEMORY = 0.9;

export interface BalanceState {
  readonly mean: number;
  readonly updates: boolean;
}

export class DiscriminatorBalance {
  readonly #enabled: boolean;
  #mean = 2;
  #updates = true;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Whether the next step should train the discriminator. */
  get updatesDiscriminator(): boolean {
    return this.#updates;
  }

  get state(): BalanceState {
    return { mean: this.#mean, updates: this.#updates };
  }

  set state({ mean, updates }: BalanceState) {
    this.#mean = mean;
    this.#updates = updates;
  }

  /** @param scalars - hinge losses of the step just done for real, drawn and mismatched pairs */
  observe({ real, fake, wrong }: Readonly<Record<string, number>>): void {
    this.#mean = MEMORY * this.#mean + (1 - MEMORY) * (real + (fake + wrong) / 2);
    if (!this.#enabled) return;
    if (this.#updates && this.#mean < PAUSE_BELOW) this.#updates = false;
    else if (!this.#updates && this.#mean > RESUME_ABOVE) this.#updates = true;
  }
}
