import type { ImageFailure, ImageObstacle, Taking } from '../../../model/failures/container-failure.ts';
import type { Notice } from '../../../model/notice.ts';
import type { ContainerSpec } from '../../../model/pod-spec.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { now } from '../../../time/timers.ts';
import type { CliAnswer, ContainerCli } from './container-cli.ts';

/** An hour: a build may download a system, and a pull several gigabytes. */
const AT_MOST: Milliseconds = 3_600_000;
/** Progress that is told more often cannot be read. */
const TOLD_EVERY: Milliseconds = 1_000;

interface TakeOptions {
  readonly signal: AbortSignal;
  readonly tell: (notice: Notice) => void;
}

/** Builds or pulls an image. Resolves with the reason if the engine could not, else with null. */
export const takeImage = async (
  cli: ContainerCli,
  container: ContainerSpec,
  { signal, tell }: TakeOptions,
): Promise<ImageFailure | null> => {
  const { image } = container;
  const step: Taking = container.build === null ? 'pull' : 'build';
  const began = now();
  let toldAt = began;
  tell({ kind: 'image', image, step, progress: null });
  const onLine = (progress: string): void => {
    if (now() - toldAt < TOLD_EVERY) return;
    toldAt = now();
    tell({ kind: 'image', image, step, progress });
  };
  const input = container.build?.inline ?? null;
  const answer = await cli.ask(wordsToTake(container), { timeout: AT_MOST, signal, onLine, input });
  if (answer.ok) {
    tell({ kind: 'image-taken', image, step, took: now() - began });
    return null;
  }
  const { engine } = cli;
  return { kind: 'image', image, engine, step, because: obstacleIn(answer), said: answer.said };
};

const wordsToTake = ({ image, build }: ContainerSpec): readonly string[] => {
  if (build === null) return ['pull', image];
  const { context, dockerfile, inline, target, args } = build;
  const file = inline === null ? dockerfile : '-';
  return [
    ...['build', `--tag=${image}`],
    ...(file === null ? [] : [`--file=${file}`]),
    ...(target === null ? [] : [`--target=${target}`]),
    ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    context,
  ];
};

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
