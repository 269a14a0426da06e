import type { ContainerEngineName } from '../container-engines.ts';

/** Reasons why containers cannot be run on this machine. `report/container-failures.ts` words them. */
export type ContainerFailure = NoEngine | NoWayToThisMachine | UnusableImage;

/** No container engine answers. `processes`: those with an image. */
interface NoEngine {
  readonly kind: 'no-engine';
  readonly processes: readonly string[];
  readonly tried: readonly SilentEngine[];
}

/** The engine has no network in which a container reaches the loopback addresses of this machine. */
interface NoWayToThisMachine {
  readonly kind: 'no-way-to-this-machine';
  readonly engine: ContainerEngineName;
  readonly processes: readonly string[];
}

/** A process cannot run with its image. */
interface UnusableImage {
  readonly kind: 'unusable-image';
  readonly processes: readonly string[];
  readonly failure: ImageFailure;
}

export interface SilentEngine {
  readonly engine: ContainerEngineName;
  readonly because: EngineSilence;
  /** Last line that the engine has written, or empty. */
  readonly said: string;
}

export type EngineSilence = 'not-installed' | 'not-running' | 'no-rights' | 'no-answer' | 'refused';

/** An image that a container needs cannot be had, or cannot be run. */
export interface ImageFailure {
  readonly kind: 'image';
  readonly image: string;
  readonly engine: ContainerEngineName;
  readonly step: ImageStep;
  readonly because: ImageObstacle;
  /** Last line that the engine has written. */
  readonly said: string;
}

/**
 * `find`: it is not to be pulled, and the engine does not have it. `run`: neither it nor the process names a program to
 * run.
 */
export type ImageStep = 'find' | 'run' | Taking;

/** How the engine gets an image. */
export type Taking = 'pull' | 'build';

export type ImageObstacle =
  | 'unknown-image'
  | 'access-denied'
  | 'no-network'
  | 'no-space'
  | 'other-architecture'
  | 'no-command'
  | 'failed';
