import type { ContainerEngineName } from '../model/container-engines.ts';
import type {
  ContainerFailure,
  EngineSilence,
  ImageFailure,
  ImageObstacle,
  SilentEngine,
  Taking,
} from '../model/failures/container-failure.ts';
import type { Notice } from '../model/notice.ts';
import { duration } from './phrases.ts';
import { printable } from './printable.ts';

/** Says why containers cannot be run here, and what to do. */
export const containerText = (failure: ContainerFailure): string => {
  const names = failure.processes.join(', ');
  switch (failure.kind) {
    case 'no-engine':
      return `${names}: no container engine answers: ${failure.tried.map(silentText).join('; ')}`;
    case 'no-way-to-this-machine':
      return (
        `${names}: ${failure.engine} has no network in which a container reaches this machine; ` +
        `${NETWORK_ADVICE[failure.engine]}`
      );
    case 'unusable-image': {
      const { problem, advice } = describeImage(failure.failure);
      return `${names}: ${problem}; ${advice}`;
    }
    default:
      return failure satisfies never;
  }
};

/** What to do if an engine's containers cannot reach this machine. */
export const NETWORK_ADVICE: Readonly<Record<ContainerEngineName, string>> = {
  podman: 'install slirp4netns',
  docker: "create its network 'bridge' again (restart the daemon)",
  nerdctl: "create its network 'bridge' (nerdctl network create bridge)",
};

/** Says why an engine does not answer, and what to do. */
export const silentText = ({ engine, because, said }: SilentEngine): string => {
  const words = said === '' ? '' : ` (${printable(said)})`;
  return `${engine} ${SILENCES[because]}${words}, ${adviceOn(engine, because)}`;
};

const SILENCES: Readonly<Record<EngineSilence, string>> = {
  'not-installed': 'is not installed',
  'not-running': 'is not running',
  'no-rights': 'may not be used by this user',
  'no-answer': 'does not answer',
  refused: 'refuses',
};

const adviceOn = (engine: ContainerEngineName, because: EngineSilence): string => {
  switch (because) {
    case 'not-installed':
      return `install it (${INSTALL[engine]})`;
    case 'no-rights':
      return engine === 'docker'
        ? 'add the user to the group docker (sudo usermod -aG docker $USER, then log in again)'
        : 'run sidecarctl as the user whom the engine is set up for';
    case 'not-running':
    case 'no-answer':
      return engine === 'podman' ? 'try podman info' : `start its daemon (${START[engine]})`;
    case 'refused':
      return `try ${engine} info`;
    default:
      return because satisfies never;
  }
};

const INSTALL: Readonly<Record<ContainerEngineName, string>> = {
  docker: 'https://docs.docker.com/engine/install',
  podman: 'https://podman.io/docs/installation',
  nerdctl: 'https://github.com/containerd/nerdctl',
};

const START: Readonly<Record<Exclude<ContainerEngineName, 'podman'>, string>> = {
  docker: 'sudo systemctl start docker, or Docker Desktop',
  nerdctl: 'sudo systemctl start containerd',
};

/** Says why a container has no image, and what to do. */
export const describeImage = ({
  image,
  engine,
  step,
  because,
  said,
}: ImageFailure): { readonly problem: string; readonly advice: string } => {
  if (step === 'find')
    return {
      problem: `${engine} has no image ${image}, and pull is 'never'`,
      advice: `build or pull it (${engine} pull ${image})`,
    };
  if (step === 'run')
    return {
      problem: `the image ${image} has neither an entrypoint nor a command`,
      advice: 'give the process a command',
    };
  const words = said === '' ? '' : `: ${printable(said)}`;
  const what = step === 'build' ? 'built' : 'pulled';
  return {
    problem: `the image ${image} cannot be ${what}${words}`,
    advice: adviceOnImage(because, engine, step),
  };
};

const adviceOnImage = (because: ImageObstacle, engine: ContainerEngineName, step: Taking): string => {
  switch (because) {
    case 'unknown-image':
      return step === 'build' ? 'look at its Dockerfile' : 'check its name and tag';
    case 'access-denied':
      return `check its name, or log in (${engine} login)`;
    case 'no-network':
      return 'check the network, the proxy and the name of the registry';
    case 'no-space':
      return `make room on the disk (${engine} system prune)`;
    case 'other-architecture':
      return 'choose an image for the architecture of this machine';
    case 'no-command':
    case 'failed':
      return step === 'build' ? `try ${engine} build` : `try ${engine} pull`;
    default:
      return because satisfies never;
  }
};

/** Says what is done with an image. */
export const imageText = (notice: Extract<Notice, { readonly kind: 'image' | 'image-taken' }>): string => {
  const { image, step } = notice;
  if (notice.kind === 'image-taken')
    return `${step === 'build' ? 'built' : 'pulled'} the image ${image} in ${duration(notice.took)}`;
  const doing = `${step === 'build' ? 'builds' : 'pulls'} the image ${image}`;
  return notice.progress === null ? doing : `${doing}: ${printable(notice.progress)}`;
};
