import { originText } from '../model/origin-text.ts';
import type { DependencySpec, PodSpec, ProcessSpec } from '../model/pod-spec.ts';

export const GRAPH_FORMATS = ['tree', 'mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** Draws the start order of a pod: the dependencies of each process, and their conditions. */
export const drawGraph = (spec: PodSpec, format: GraphFormat): string => {
  switch (format) {
    case 'tree':
      return drawTree(spec);
    case 'mermaid':
      return drawMermaid(spec);
    case 'dot':
      return drawDot(spec);
    case 'json':
      return drawJson(spec);
    default:
      return format satisfies never;
  }
};

/** Draws from the processes that nothing depends on down to those that start first. */
const drawTree = (spec: PodSpec): string => {
  const needed = new Set(
    all(spec).flatMap((process) => process.dependsOn.map((dependency) => dependency.process)),
  );
  const roots = all(spec).filter((process) => !needed.has(process.name));
  const shown = new Set<string>();
  return [
    spec.name,
    ...branches(
      spec,
      roots.map((root) => ({ process: root, gate: '' })),
      '',
      shown,
    ),
  ].join('\n');
};

interface Branch {
  readonly process: ProcessSpec;
  readonly gate: string;
}

const branches = (spec: PodSpec, nodes: readonly Branch[], indent: string, shown: Set<string>): string[] =>
  nodes.flatMap(({ process, gate }, index) => {
    const last = index === nodes.length - 1;
    const again = shown.has(process.name) && process.dependsOn.length > 0;
    shown.add(process.name);
    const line = `${indent}${last ? '└─ ' : '├─ '}${label(process)}${gate}${again ? ' …' : ''}`;
    if (again) return [line];
    const below = process.dependsOn.map((dependency) => branchOf(spec, dependency));
    return [line, ...branches(spec, below, `${indent}${last ? '   ' : '│  '}`, shown)];
  });

const branchOf = (spec: PodSpec, dependency: DependencySpec): Branch => {
  const process = spec.processes.get(dependency.process);
  if (process === undefined) throw new Error(`no process ${dependency.process}`);
  return { process, gate: `, once ${gateText(dependency)}` };
};

const label = ({ name, role, origin, desired }: ProcessSpec): string =>
  `${name} (${role}${origin === null ? '' : `: ${originText(origin)}`}${desired ? '' : ', not started'})`;

const gateText = ({ condition, restart, required }: DependencySpec): string =>
  [condition as string, ...(restart ? ['restarts with it'] : []), ...(required ? [] : ['not required'])].join(
    ', ',
  );

/** Mermaid gets ids of its own, because a process may be named like a Mermaid keyword, such as `end`. */
const drawMermaid = (spec: PodSpec): string => {
  const ids = new Map(all(spec).map(({ name }, index) => [name, `p${index + 1}`]));
  return [
    'flowchart LR',
    ...byApp(spec).flatMap(({ app, processes }) => {
      const nodes = processes.map((process) => `  ${ids.get(process.name)}${shape(process)}`);
      return app === null ? nodes : [`  subgraph ${app}`, ...nodes.map((node) => `  ${node}`), '  end'];
    }),
    ...edges(spec, (from, to, gate) => `  ${ids.get(from)} -->|"${gate}"| ${ids.get(to)}`),
  ].join('\n');
};

const shape = ({ name, role }: ProcessSpec): string => {
  switch (role) {
    case 'init':
      return `(["${name}"])`;
    case 'sidecar':
      return `["${name}"]`;
    case 'primary':
      return `[["${name}"]]`;
    default:
      return role satisfies never;
  }
};

const DOT_SHAPES = { init: 'ellipse', sidecar: 'box', primary: 'doubleoctagon' } as const;

const drawDot = (spec: PodSpec): string =>
  [
    `digraph ${JSON.stringify(spec.name)} {`,
    '  rankdir=LR;',
    ...byApp(spec).flatMap(({ app, processes }) => {
      const nodes = processes.map(
        ({ name, role }) => `  ${JSON.stringify(name)} [shape=${DOT_SHAPES[role]}];`,
      );
      if (app === null) return nodes;
      const frame = [`  subgraph ${JSON.stringify(`cluster_${app}`)} {`, `    label=${JSON.stringify(app)};`];
      return [...frame, ...nodes.map((node) => `  ${node}`), '  }'];
    }),
    ...edges(
      spec,
      (from, to, gate) =>
        `  ${JSON.stringify(from)} -> ${JSON.stringify(to)} [label=${JSON.stringify(gate)}];`,
    ),
    '}',
  ].join('\n');

/** Arrows point in start order. */
const edges = (spec: PodSpec, draw: (from: string, to: string, gate: string) => string): string[] =>
  all(spec).flatMap(({ name, dependsOn }) =>
    dependsOn.map((dependency) => draw(dependency.process, name, gateText(dependency))),
  );

const drawJson = (spec: PodSpec): string => {
  const processes = all(spec).map(({ name, role, app, origin, desired, dependsOn }) => ({
    name,
    role,
    ...(app === null ? {} : { app: app.name, instance: app.instance }),
    ...(origin === null ? {} : { origin }),
    wanted: desired,
    dependsOn,
  }));
  return JSON.stringify({ name: spec.name, processes }, null, 2);
};

/** Groups processes: the shared ones, then each instance of an app. */
const byApp = (spec: PodSpec) => {
  const apps = new Set(all(spec).map(({ app }) => app?.primary ?? null));
  return [...apps]
    .toSorted((one, other) => Number(one !== null) - Number(other !== null))
    .map((app) => ({
      app,
      processes: all(spec).filter((process) => (process.app?.primary ?? null) === app),
    }));
};

const all = (spec: PodSpec): readonly ProcessSpec[] => [...spec.processes.values()];
