import { errorMessage } from '../model/error-message.ts';
import { isDue, type Leaf, type LeafRequest, openLeaf } from './leaf.ts';

/** The wall clock, in milliseconds since 1970. */
export type WallClock = () => number;

interface RenewalOptions {
  /** The folder of the user's certificates. */
  readonly folder: string;
  readonly request: LeafRequest;
  readonly onRenewed: (leaf: Leaf) => void;
  /** Says why it could not be renewed. It is tried again. */
  readonly onFailure: (message: string) => void;
  readonly clock?: WallClock;
}

/**
 * A certificate of the local CA, renewed while it is used. Whoever uses it looks every few seconds: a timer for the day of
 * the renewal would not see that the clock was set, or that the machine slept.
 */
export class RenewedLeaf {
  readonly #options: RenewalOptions;
  readonly #clock: WallClock;
  #leaf: Leaf;
  #isRenewing = false;
  #toldFailure = '';

  private constructor(leaf: Leaf, options: RenewalOptions) {
    this.#leaf = leaf;
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /** @throws CertificateError */
  static async open(options: RenewalOptions): Promise<RenewedLeaf> {
    const { folder, request, clock = Date.now } = options;
    return new RenewedLeaf(await openLeaf(folder, request, clock()), options);
  }

  get leaf(): Leaf {
    return this.#leaf;
  }

  /** Renews it if it is due. Never rejects. */
  async look(): Promise<void> {
    if (this.#isRenewing || !isDue(this.#leaf, this.#clock())) return;
    this.#isRenewing = true;
    try {
      await this.#renew();
    } catch (error) {
      const message = errorMessage(error);
      if (message !== this.#toldFailure) this.#options.onFailure(message);
      this.#toldFailure = message;
    } finally {
      this.#isRenewing = false;
    }
  }

  async #renew(): Promise<void> {
    const { folder, request, onRenewed } = this.#options;
    const leaf = await openLeaf(folder, request, this.#clock());
    this.#toldFailure = '';
    this.#leaf = leaf;
    onRenewed(leaf);
  }
}
