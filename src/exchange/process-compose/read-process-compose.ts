import { basename } from 'node:path';
import type { FoundPod, FoundProcess } from '../form/found-pod.ts';
import { Losses } from '../form/losses.ts';
import type { Format, Source } from '../format.ts';
import { envFileIn } from '../reading/dot-env.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';
import { readProject } from './project.ts';
import { dependenciesOf, environment, ProcessReader } from './read-process.ts';

/** Fields of the project that a pod has no counterpart for, and why. */
const NOT_CARRIED: Readonly<Record<string, string>> = {
  env_cmds: 'the output of a command is no variable; a config in TypeScript can run it',
  log_configuration: 'log files are in .sidecarctl',
  log_location: 'log files are in .sidecarctl',
  mcp_server: 'sidecarctl mcp is a server for MCP clients',
};

const readProcessCompose = (source: Source): FoundPod => {
  const losses = new Losses();
  const project = readProject(source, losses);
  for (const [field, why] of Object.entries(NOT_CARRIED))
    if (project[field] !== undefined) losses.of(null)(why, field);
  const processes = Object.entries(record(project['processes']))
    .map(([name, value]) => [name, record(value)] as const)
    .filter(([name, { mcp }]) => {
      if (mcp !== undefined) losses.of(name)('it is a tool for MCP clients, not a process');
      return mcp === undefined;
    });
  const awaited = processes.flatMap(([, data]) => dependenciesOf(data, () => undefined));
  const toTheEnd = new Set(
    awaited.filter(({ condition }) => condition === 'completed').map(({ process }) => process),
  );
  const [first, ...others] = processes.filter(([name, data]) => endsProject(data) && !toTheEnd.has(name));
  const reader = new ProcessReader({
    project,
    names: new Set(processes.map(([name]) => name)),
    awaited: new Set(awaited.map(({ process }) => process)),
    losses,
  });
  const essential = new Set(others.map(([name]) => name));
  if (others.length > 0 && first !== undefined)
    losses.of([...essential].join(', '))(
      `only ${first[0]} ends the pod with its own exit code`,
      'exit_on_end',
    );
  const read = processes.map(([name, data]) =>
    reader.read(name, data, toTheEnd.has(name), essential.has(name)),
  );
  return {
    source: source.name,
    name: text(project['name']),
    fields: {
      env: environment(project['environment'], reader.interpolate(losses.of(null))),
      ...(project['is_dotenv_disabled'] === true ? {} : envFileIn(source)),
    },
    processes: read,
    apps: first === undefined ? [] : [first[0]],
    losses: losses.all,
    remarks: remarksOf(read),
  };
};

const remarksOf = (processes: readonly FoundProcess[]): readonly string[] => [
  ...(processes.filter(({ fields }) => fields['restart'] === 'never').length > 1 ? [NO_RESTARTS] : []),
  ...(processes.some(({ fields: { command } }) => Array.isArray(command) && command[0] === 'bash')
    ? [IN_BASH]
    : []),
];

const NO_RESTARTS =
  "process-compose restarts nothing by default, but a sidecar always restarts, so these have restart: 'never'";
const IN_BASH =
  'process-compose runs commands in bash, sidecarctl in sh: commands that may need bash name it';

/** `exit_on_end` ends the project with the process, as the primary ends a pod. */
const endsProject = (data: Data): boolean => record(data['availability'])['exit_on_end'] === true;

export const processCompose: Format = {
  name: 'process-compose',
  files: ['process-compose.yaml', 'process-compose.yml'],
  recognizes: ({ file, text: content }) =>
    /\.ya?ml$/.test(file) &&
    (/^process-compose/.test(basename(file)) ||
      ('processes' in record(readYaml(content)) && list(record(readYaml(content))['processes']).length > 0)),
  read: readProcessCompose,
};
