import type { ImageFailure } from '../../../model/failures/container-failure.ts';
import type { Notice } from '../../../model/notice.ts';
import type { ContainerSpec } from '../../../model/pod-spec.ts';
import type { ContainerCli } from './container-cli.ts';
import { type ImageFacts, inspectImages } from './image-facts.ts';
import { takeImage } from './take-image.ts';

type Got = Promise<ImageFailure | null>;

/** The images of a run. Each is built or pulled once, whatever the number of containers and of their restarts. */
export class Images {
  readonly #cli: ContainerCli;
  /** Null: the engine has the image. */
  readonly #taken = new Map<string, Got | null>();
  /** What the engine has said of the images that it has. */
  readonly #facts: Map<string, ImageFacts>;
  /** True until what it has been given has been used. */
  #isFresh: boolean;
  readonly #ending = new AbortController();
  #tell: (notice: Notice) => void = () => undefined;

  /** `facts`: of images that the engine has, from a moment ago. */
  constructor(cli: ContainerCli, facts: ReadonlyMap<string, ImageFacts> = new Map()) {
    this.#cli = cli;
    this.#facts = new Map(facts);
    this.#isFresh = facts.size > 0;
  }

  /** Tells from now on what is built and pulled. */
  tellTo(tell: (notice: Notice) => void): void {
    this.#tell = tell;
  }

  /**
   * Asks the engine for the images that it may have already, for all of them at once. Resolves with the processes that
   * cannot be run with them.
   */
  async examine(containers: ReadonlyMap<string, ContainerSpec>): Promise<ReadonlyMap<string, ImageFailure>> {
    const asTheyAre = [...containers].filter(([, container]) => isTakenAsItIs(container));
    const images = [...new Set(asTheyAre.map(([, { image }]) => image))];
    if (!this.#isFresh || !images.every((image) => this.#facts.has(image))) await this.#look(images);
    this.#isFresh = false;
    const refusals = asTheyAre.flatMap(([process, container]) => {
      const refusal = this.#refusalOf(container);
      return refusal === null ? [] : [[process, refusal] as const];
    });
    return new Map(refusals);
  }

  factsOf({ image }: ContainerSpec): ImageFacts | null {
    return this.#facts.get(image) ?? null;
  }

  /** Resolves when the engine has the image, with the reason if the container cannot be run with it. Null: it can. */
  get(container: ContainerSpec): Got | null {
    const taken = this.#take(container);
    if (taken !== null) return taken.then((failure) => failure ?? this.#refusalOf(container));
    const refusal = this.#refusalOf(container);
    return refusal === null ? null : Promise.resolve(refusal);
  }

  /** The engine could not run the container. It may have lost the image, so the next launch looks for it again. */
  doubt(container: ContainerSpec): void {
    this.#taken.delete(keyOf(container));
    this.#facts.delete(container.image);
  }

  /** The pod ends: nothing is pulled or built any more. */
  close(): void {
    this.#ending.abort();
  }

  /** As far as the engine has been asked; null: nothing is known. */
  #refusalOf(container: ContainerSpec): ImageFailure | null {
    const { image, pull, build, entrypoint, args } = container;
    const facts = this.#facts.get(image);
    const known = { kind: 'image', image, engine: this.#cli.engine, said: '' } as const;
    if (facts === undefined)
      return pull === 'never' && build === null ? { ...known, step: 'find', because: 'unknown-image' } : null;
    const hasCommand = facts.hasCommand || entrypoint !== null || (args ?? []).length > 0;
    return hasCommand ? null : { ...known, step: 'run', because: 'no-command' };
  }

  #take(container: ContainerSpec): Got | null {
    const key = keyOf(container);
    const known = this.#taken.get(key);
    if (known !== undefined) return known;
    const taken = this.#obtain(container).then((failure) => {
      // The next launch tries again.
      if (failure === null) this.#taken.set(key, null);
      else this.#taken.delete(key);
      return failure;
    });
    this.#taken.set(key, taken);
    return taken;
  }

  async #obtain(container: ContainerSpec): Got {
    const { image, pull, build } = container;
    const isThere = isTakenAsItIs(container) && (this.#facts.has(image) || (await this.#look([image])));
    if (isThere || (pull === 'never' && build === null)) return null;
    const failure = await takeImage(this.#cli, container, { signal: this.#ending.signal, tell: this.#tell });
    if (failure === null) await this.#look([image]);
    return failure;
  }

  /** True if the engine has all of them. */
  async #look(images: readonly string[]): Promise<boolean> {
    const found = await inspectImages(this.#cli, images);
    for (const image of images) this.#facts.delete(image);
    for (const [image, facts] of found) this.#facts.set(image, facts);
    return found.size === images.length;
  }
}

const keyOf = ({ image, pull, build }: ContainerSpec): string => JSON.stringify([image, pull, build]);

/** Not built or pulled if the engine has it. */
const isTakenAsItIs = ({ pull, build }: ContainerSpec): boolean => build === null && pull !== 'always';
