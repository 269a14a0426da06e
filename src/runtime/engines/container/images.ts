import type { ImageFailure, ImageObstacle, ImageStep } from '../../../model/failures/container-failure.ts';
import type { Notice } from '../../../model/notice.ts';
import type { ContainerSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now } from '../../../time/timers.ts';
import { CLI_ANSWERS_WITHIN, type CliAnswer, type ContainerCli } from './container-cli.ts';

/** An hour: a build may download a system, and a pull several gigabytes. */
const AT_MOST: Milliseconds = 3_600_000;
/** Progress that is told more often cannot be read. */
const TOLD_EVERY: Milliseconds = 1_000;

type Got = Promise<ImageFailure | null>;

/** The images of a run. Each is built or pulled once, whatever the number of containers and of their restarts. */
export class Images {
  readonly #cli: ContainerCli;
  readonly #tell: (notice: Notice) => void;
  readonly #known = new Map<string, Got | null>();
  readonly #ending = new AbortController();

  constructor(cli: ContainerCli, tell: (notice: Notice) => void) {
    this.#cli = cli;
    this.#tell = tell;
  }

  /** Resolves when the engine has the image, with the reason if it has not. Null: the engine has it. */
  get(container: ContainerSpec): Got | null {
    const { image, pull, build } = container;
    const key = JSON.stringify([image, pull, build]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const got = this.#obtain(container).then((failure) => {
      // The next launch tries again.
      if (failure === null) this.#known.set(key, null);
      else this.#known.delete(key);
      return failure;
    });
    this.#known.set(key, got);
    return got;
  }

  /** The pod ends: nothing is pulled or built any more. */
  close(): void {
    this.#ending.abort();
  }

  async #obtain({ image, pull, build }: ContainerSpec): Got {
    if (build !== null) {
      const { context, dockerfile, target } = build;
      const file = dockerfile === null ? [] : [`--file=${dockerfile}`];
      const stage = target === null ? [] : [`--target=${target}`];
      return this.#take(image, 'build', ['build', `--tag=${image}`, ...file, ...stage, context]);
    }
    if (pull !== 'always' && (await this.#has(image))) return null;
    if (pull !== 'never') return this.#take(image, 'pull', ['pull', image]);
    return {
      kind: 'image',
      image,
      engine: this.#cli.engine,
      step: 'find',
      because: 'unknown-image',
      said: '',
    };
  }

  async #has(image: string): Promise<boolean> {
    const answer = await this.#cli.ask(['image', 'inspect', '--format', 'there', image], {
      timeout: CLI_ANSWERS_WITHIN,
    });
    return answer.ok;
  }

  async #take(image: string, step: Exclude<ImageStep, 'find'>, words: readonly string[]): Got {
    const { engine } = this.#cli;
    const began = now();
    let toldAt = began;
    this.#tell({ kind: 'image', image, step, progress: null });
    const onLine = (progress: string): void => {
      if (now() - toldAt < TOLD_EVERY) return;
      toldAt = now();
      this.#tell({ kind: 'image', image, step, progress });
    };
    const { signal } = this.#ending;
    const answer = await this.#cli.ask(words, { timeout: AT_MOST, signal, onLine });
    if (!answer.ok)
      return { kind: 'image', image, engine, step, because: obstacleIn(answer), said: answer.said };
    this.#tell({ kind: 'image-taken', image, step, took: now() - began });
    return null;
  }
}

const OBSTACLES: readonly (readonly [ImageObstacle, RegExp])[] = [
  ['no-space', /no space left/i],
  [
    'other-architecture',
    /no matching manifest|no image found in (?:manifest list|image index)|exec format error/i,
  ],
  ['access-denied', /denied|unauthorized|authentication required|403 forbidden/i],
  ['unknown-image', /manifest unknown|not found|does not exist|name unknown|did not resolve/i],
  [
    'no-network',
    /no such host|network is unreachable|i\/o timeout|connection refused|connection reset|temporary failure|dial tcp|proxyconnect/i,
  ],
];

const obstacleIn = ({ said }: CliAnswer): ImageObstacle =>
  OBSTACLES.find(([, pattern]) => pattern.test(said))?.[0] ?? 'failed';
