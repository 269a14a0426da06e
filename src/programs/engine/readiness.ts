import { PodReadiness } from '../proxy/endpoints/pod-readiness.ts';
import type { Engine } from './engine.ts';
import type { EngineEndpoint } from './options.ts';

interface Followed {
  readonly setReady: NonNullable<Engine['setReady']>;
  readonly optionsFile: string;
  readonly say: (line: string) => void;
}

/** Tells an engine which processes behind it are ready. */
export class Readiness {
  readonly #followed: Followed;
  readonly #pod: PodReadiness;
  #endpoints: readonly EngineEndpoint[] = [];
  /** What the engine was told last, by address. */
  #told = new Map<string, boolean>();
  #telling: Promise<void> = Promise.resolve();

  constructor(followed: Followed) {
    this.#followed = followed;
    const { optionsFile, say } = followed;
    this.#pod = new PodReadiness({ optionsFile, say, onChange: () => this.tell() });
  }

  follow(): void {
    void this.#pod.follow();
  }

  /** The engine has read its configuration: all its servers count as ready. */
  begin(endpoints: readonly EngineEndpoint[]): void {
    this.#endpoints = endpoints;
    this.#told = new Map();
    this.tell();
  }

  tell(): void {
    this.#telling = this.#telling.then(() => this.#tellAll());
  }

  stop(): void {
    this.#pod.stop();
  }

  async #tellAll(): Promise<void> {
    for (const { address, servers } of this.#endpoints) {
      const isReady = (this.#pod.at(address)?.is ?? 'ready') === 'ready';
      if ((this.#told.get(address) ?? true) === isReady) continue;
      try {
        await this.#followed.setReady(servers, isReady);
        this.#told.set(address, isReady);
      } catch (error) {
        this.#followed.say(`could not tell which servers are ready: ${(error as Error).message}`);
      }
    }
  }
}
