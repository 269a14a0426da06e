import type {
  Hindrance,
  IsolationAttempt,
  IsolationFailure,
  Refusal,
} from '../model/failures/isolation-failure.ts';

/** Words why processes cannot be isolated: what was tried, the result, and what to do. */
export const isolationText = (failure: IsolationFailure): string => {
  if (failure.kind === 'no-mount-point') return mountPointText(failure);
  const names = failure.processes.join(', ');
  return `${names} cannot be isolated on this machine: ${refusalText(failure)}; or ${GIVE_UP}`;
};

/** Words a refusal before any process has asked for isolation. */
export const refusalText = (refusal: Refusal): string => {
  if (refusal.kind === 'program-missing') {
    const places = refusal.lookedIn.join(', ');
    return `the program ${refusal.program} is missing (looked for in ${places}); install util-linux and coreutils`;
  }
  const asRoot = refusal.tried.some(({ way }) => way === 'privileged') ? '' : ', or run sidecarctl as root';
  return `${refusal.tried.map(attemptText).join('; ')}; ${ADVICE[refusal.hindrance]}${asRoot}`;
};

const GIVE_UP = "remove isolate, and mounts outside the config's folder, from the config";

const mountPointText = ({
  process,
  mount,
  expected,
  path,
  found,
  at,
}: Extract<IsolationFailure, { readonly kind: 'no-mount-point' }>): string => {
  const what = expected === 'file' ? 'file' : 'volume';
  const obstacle = at === path ? `where ${found} stands` : `but ${at} is ${found}`;
  return `${process}: the ${what} ${mount} is to be mounted at ${path}, ${obstacle}; mount it elsewhere`;
};

const attemptText = ({ way, message, exitCode }: IsolationAttempt): string => {
  const where = way === 'privileged' ? "with this user's rights" : 'in a user namespace';
  if (message !== '') return `${where} the system said '${message}'`;
  return `${where} a trial ended ${exitCode === null ? '' : `with code ${exitCode} `}where it should end by a signal`;
};

const ADVICE: Readonly<Record<Hindrance, string>> = {
  'max-user-namespaces':
    'the kernel allows no user namespaces (user.max_user_namespaces is 0): ' +
    'allow some (sudo sysctl user.max_user_namespaces=10000)',
  'unprivileged-userns-clone':
    'the kernel allows only root to create user namespaces (kernel.unprivileged_userns_clone is 0): ' +
    'allow them (sudo sysctl kernel.unprivileged_userns_clone=1)',
  apparmor:
    'AppArmor takes away the rights of user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1): ' +
    'allow them (sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)',
  container:
    'most likely the container that this runs in forbids it: start it with the right to create namespaces ' +
    '(docker run --privileged)',
  unknown: 'install util-linux 2.36 or newer if yours is older',
};
