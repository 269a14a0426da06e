import type { FoundProcess } from '../../form/found-pod.ts';
import { toLabel } from '../../form/label.ts';
import { likelyApp } from '../../form/likely-app.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import type { Workload } from './manifests.ts';
import { type DeclaredPort, declaredPorts } from './ports.ts';

/** A container of a workload, as the process that it becomes. */
export interface Member {
  readonly workload: Workload;
  readonly data: Data;
  /** An init container that a kubelet keeps running is a sidecar. */
  readonly role: 'init' | 'sidecar' | 'main';
  readonly isApp: boolean;
  readonly name: string;
  /** Its name in the references of its own workload. */
  readonly label: string;
  readonly ports: readonly DeclaredPort[];
}

export interface Members {
  readonly all: readonly Member[];
  /** Apps that nothing in the file names. */
  readonly guesses: readonly string[];
}

/** The containers of all workloads. One workload is the pod; several are apps, each with the name of its workload. */
export const membersOf = (workloads: readonly Workload[]): Members => {
  const isAlone = workloads.length === 1;
  const found = workloads.map((workload) => {
    const { app, isGuess } = appOf(workload);
    const members = containersOf(workload).map(({ data, role }): Member => {
      const own = text(data['name']) ?? 'container';
      const isApp = role === 'main' && own === app;
      const name = isAlone ? own : isApp ? workload.name : `${workload.name}-${own}`;
      const label = isAlone || !isApp ? toLabel(own) : toLabel(name);
      return { workload, data, role, isApp, name, label, ports: declaredPorts(data) };
    });
    return { members, guesses: isGuess ? members.filter(({ isApp }) => isApp) : [] };
  });
  return {
    all: found.flatMap(({ members }) => members),
    guesses: found.flatMap(({ guesses }) => guesses.map(({ name }) => name)),
  };
};

interface Container {
  readonly data: Data;
  readonly role: Member['role'];
}

const containersOf = ({ pod }: Workload): readonly Container[] => [
  ...list(pod['initContainers']).map((container): Container => {
    const data = record(container);
    return { data, role: data['restartPolicy'] === 'Always' ? 'sidecar' : 'init' };
  }),
  ...list(pod['containers']).map((container): Container => ({ data: record(container), role: 'main' })),
];

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container that tools of Kubernetes take by default, the only one, or the most likely one. */
const appOf = (workload: Workload): { readonly app: string | null; readonly isGuess: boolean } => {
  const mains = containersOf(workload).filter(({ role }) => role === 'main');
  const names = mains.map(({ data }) => text(data['name']) ?? 'container');
  const named = text(record(workload.metadata['annotations'])[DEFAULT_CONTAINER]);
  if (named !== undefined && names.includes(named)) return { app: named, isGuess: false };
  const app = likelyApp(mains.map(({ data }, index) => sketch(names[index] ?? '', data)));
  return { app, isGuess: names.length > 1 };
};

/** As much of a process as tells whether it is the app. */
const sketch = (name: string, data: Data): FoundProcess => ({
  name,
  comments: [],
  fields: {
    command: [...list(data['command']), ...list(data['args'])].map(String),
    ports: list(data['ports']).length > 0 ? {} : undefined,
  },
  dependsOn: [],
  runsOnce: false,
});
