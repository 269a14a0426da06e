import type { UnsupportedFailure } from '../../model/failures/unsupported-failure.ts';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { Engine } from './engine.ts';

type Need = Pick<UnsupportedFailure, 'capability' | 'field'>;

/**
 * Finds the features that processes ask for and the engine lacks. Processes that do not start with the pod count too:
 * no later start could give them these.
 */
export const findUnsupported = (
  engine: Pick<Engine, 'abilityFor'>,
  processes: Iterable<ProcessSpec>,
): readonly UnsupportedFailure[] =>
  [...processes].flatMap((process) => {
    const { name, lacks } = engine.abilityFor(process);
    return needsOf(process)
      .filter(({ capability }) => lacks.has(capability))
      .map((need) => ({ process: process.name, engine: name, ...need }));
  });

const needsOf = (process: ProcessSpec): readonly Need[] => [
  ...notifyNeeds(process),
  ...activateNeeds(process),
  ...isolateNeeds(process),
  ...streamNeeds(process),
  ...terminalNeeds(process),
  ...containerNeeds(process),
];

const notifyNeeds = ({ readiness }: ProcessSpec): readonly Need[] =>
  readiness?.target.kind === 'notify' ? [{ capability: 'notify', field: 'readiness.notify' }] : [];

const activateNeeds = ({ ports }: ProcessSpec): readonly Need[] =>
  ports
    .filter(({ activate }) => activate)
    .map(({ name }) => ({ capability: 'activate', field: `ports.${name}.activate` }));

const isolateNeeds = ({ isolation }: ProcessSpec): readonly Need[] => {
  if (isolation === null) return [];
  const mounts = isolation.mounts.map(({ name }) => `mounts.${name}`);
  const fields = isolation.ownPids ? ['isolate', ...mounts] : mounts;
  return fields.map((field) => ({ capability: 'isolate', field }));
};

const streamNeeds = ({ launch: { stdin, output } }: ProcessSpec): readonly Need[] =>
  stdin === 'caller' || output === 'caller' ? [{ capability: 'streams', field: null }] : [];

const terminalNeeds = ({ launch, commands }: ProcessSpec): readonly Need[] => {
  const own = commands.filter(({ tty }) => tty).map(({ name }) => `commands.${name}.tty`);
  return [...(launch.tty ? ['tty'] : []), ...own].map((field) => ({ capability: 'tty', field }));
};

const containerNeeds = ({ launch }: ProcessSpec): readonly Need[] =>
  launch.command.kind === 'container' ? [{ capability: 'container', field: 'image' }] : [];
