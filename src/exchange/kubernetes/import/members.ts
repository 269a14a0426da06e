import type { FoundProcess } from '../../form/found-pod.ts';
import { distinctNames, toLabel } from '../../form/label.ts';
import { likelyApp } from '../../form/likely-app.ts';
import type { Source } from '../../format.ts';
import { type Data, list, record, text } from '../../reading/read-yaml.ts';
import { replicasOf, type Workload } from './manifests.ts';
import { type DeclaredPort, declaredPorts } from './ports.ts';

/** A container of a workload, as the process that it becomes. */
export interface Member {
  readonly workload: Workload;
  readonly data: Data;
  /** An init container that a kubelet keeps running is a sidecar. */
  readonly role: 'init' | 'sidecar' | 'main';
  /** Several containers of a pod that runs as it is are apps: the pod ends with the last one. */
  readonly isApp: boolean;
  /** Name of the app that it belongs to; the same for all containers of a workload. */
  readonly app: string;
  readonly name: string;
  /** Its name in the references of its own workload. */
  readonly label: string;
  readonly ports: readonly DeclaredPort[];
}

export interface Members {
  /** Name of the pod, if the file says one. */
  readonly pod: string | undefined;
  readonly all: readonly Member[];
  /** Apps that nothing in the file names. */
  readonly guesses: readonly string[];
}

/**
 * The containers of all workloads. One workload is the pod; several are apps, each with the name of its workload, but for
 * what all names begin with: that is the pod's.
 */
export const membersOf = (workloads: readonly Workload[], purpose: Source['purpose']): Members => {
  const isAlone = workloads.length === 1;
  const shared = isAlone ? '' : sharedBeginning(workloads.map(({ name }) => name));
  const apps = distinctNames(workloads.map(({ name }) => name.slice(shared.length)));
  const found = workloads.map((workload, index) => {
    const app = apps[index] ?? workload.name;
    const areAllApps = purpose === 'run' && isAlone && replicasOf(workload) === 1;
    const { container, isGuess } = appOf(workload);
    const members = containersOf(workload).map(({ data, role }): Member => {
      const own = text(data['name']) ?? 'container';
      const isApp = role === 'main' && (areAllApps || own === container);
      const short = own.startsWith(`${app}-`) ? own.slice(app.length + 1) : own;
      const name = isAlone ? own : isApp ? app : `${app}-${short}`;
      const label = toLabel(isAlone || isApp ? name : short);
      return { app, workload, data, role, isApp, name, label, ports: declaredPorts(data) };
    });
    return { members, guesses: isGuess && !areAllApps ? members.filter(({ isApp }) => isApp) : [] };
  });
  return {
    pod: isAlone ? workloads[0]?.name : shared.slice(0, -1) || undefined,
    all: found.flatMap(({ members }) => members),
    guesses: found.flatMap(({ guesses }) => guesses.map(({ name }) => name)),
  };
};

/**
 * What several names begin with, up to a dash.
 *
 * @example sharedBeginning(['shop-web', 'shop-db']) // 'shop-'
 */
const sharedBeginning = (names: readonly string[]): string => {
  const [first = ''] = names;
  const beginnings = [...first.matchAll(/-/g)].map(({ index }) => first.slice(0, index + 1));
  const shared = beginnings.filter((each) =>
    names.every((name) => name.startsWith(each) && /^[a-z]/.test(name.slice(each.length))),
  );
  return shared.at(-1) ?? '';
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
const appOf = (workload: Workload): { readonly container: string | null; readonly isGuess: boolean } => {
  const mains = containersOf(workload).filter(({ role }) => role === 'main');
  const names = mains.map(({ data }) => text(data['name']) ?? 'container');
  const named = text(record(workload.metadata['annotations'])[DEFAULT_CONTAINER]);
  if (named !== undefined && names.includes(named)) return { container: named, isGuess: false };
  const container = likelyApp(mains.map(({ data }, index) => sketch(names[index] ?? '', data)));
  return { container, isGuess: names.length > 1 };
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
