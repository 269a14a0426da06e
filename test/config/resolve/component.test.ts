import { expect, test } from 'vitest';
import { type Component, processesOf, volumesOf } from '../../../src/config/resolve/component.ts';
import { explicitDependencies, rolesOf } from '../../../src/config/resolve/declared.ts';
import { fillProcess } from '../../../src/config/resolve/fill-wiring.ts';
import { scopeWithin } from '../../../src/config/resolve/scope.ts';
import { RealWiring } from '../../../src/config/resolve/wiring-source.ts';

const OUTER = {
  single: new Map([
    ['db', 'db'],
    ['proxy', 'proxy'],
  ]),
  processes: new Map([
    ['db', ['db']],
    ['proxy', ['proxy']],
  ]),
  volumes: new Map([['data', 'data']]),
  detours: [],
};

/** A sidecar that takes an init task and a volume, as one entry of a config. */
const parts = {
  init: { certs: { command: 'make-certs ${volumes.tls}' } },
  sidecars: {
    proxy: {
      command: 'proxy ${ports.proxy.https} ${ports.db.main} ${volumes.tls} ${volumes.data} ${files.conf}',
      files: { conf: '${ports.proxy.https}' },
      ports: { https: 'auto' },
      dependsOn: ['certs', 'db'],
    },
  },
  volumes: { tls: {} },
} as const;

const edge: Component = {
  ...{ prefix: 'edge', parts, path: ['sidecars', 'edge'], app: null },
  scope: scopeWithin(OUTER, 'edge', parts),
  origin: { use: 'ambassador', engine: 'haproxy' },
};

test('the parts of a component have one prefix, one path and one origin', () => {
  const processes = processesOf(edge);
  expect(processes.map(({ name, role }) => [name, role])).toEqual([
    ['edge-certs', 'init'],
    ['edge-proxy', 'sidecar'],
  ]);
  expect(processes.map(({ path }) => path.join('.'))).toEqual([
    'sidecars.edge.init.certs',
    'sidecars.edge.sidecars.proxy',
  ]);
  for (const { origin } of processes) expect(origin).toEqual({ use: 'ambassador', engine: 'haproxy' });
  expect(volumesOf(edge)).toEqual([
    { name: 'edge-tls', path: ['sidecars', 'edge', 'volumes', 'tls'], fields: {} },
  ]);
});

test('the parts of a component depend on one another by their own names, and on others by theirs', () => {
  const [certs, proxy] = processesOf(edge);
  if (certs === undefined || proxy === undefined) throw new Error('a part is missing');
  const dependencies = explicitDependencies(proxy, rolesOf([certs, proxy]));
  expect(dependencies.map(({ process, condition }) => [process, condition])).toEqual([
    ['edge-certs', 'completed'],
    ['db', 'ready'],
  ]);
});

test('references of a component mean its own parts first, then what is around it', () => {
  const source = new RealWiring(
    { fileEnv: {}, appFileEnv: {} },
    {
      ports: new Map([
        ['edge-proxy', new Map([['https', 8443]])],
        ['proxy', new Map([['https', 1]])],
        ['db', new Map([['main', 5432]])],
      ]),
      volumes: new Map([
        ['edge-tls', '/run/tls'],
        ['data', '/run/data'],
      ]),
      filesFolder: '/files',
      env: {},
    },
    { checkResult: () => [] },
  );
  const problems: unknown[] = [];
  const [, command] = processesOf(edge).map((process) => {
    const owner = { app: process.app, scope: process.scope, process };
    return fillProcess(process, { source, owner, report: (problem) => problems.push(problem) }).fields
      .command;
  });
  expect(problems).toEqual([]);
  expect(command).toBe('proxy 8443 5432 /run/tls /run/data /files/edge-proxy/conf');
});
