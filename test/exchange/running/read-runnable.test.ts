import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisMachine } from '../../../src/exchange/reading/machine.ts';
import { readRunnable } from '../../../src/exchange/running/read-runnable.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { Project } from '../../support/project.ts';

/** Reads a file of a folder; the first file is the one that is named. */
const reading = async (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) => {
  await using project = await Project.create(files);
  const [name = ''] = Object.keys(files);
  const file = project.path(name);
  const read: string[] = [];
  const loaded = await readRunnable({
    ...{ file, text: files[name] ?? '', env, locals: new Map(), cwd: project.folder, canMount: true },
    onRead: (path) => read.push(path.slice(project.folder.length + 1)),
    machine: { ...thisMachine, env },
  });
  const problems =
    loaded?.ok === false
      ? formatConfigProblems({ ...loaded, file: basename(loaded.file ?? '') }, { color: false })
          .replaceAll(join(project.folder, '/'), '')
          .trimEnd()
          .split('\n')
      : [];
  return { loaded, problems, read, folder: project.folder };
};

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  serviceAccountName: robot
  containers:
    - name: app
      image: app
      resources: { limits: { cpu: 1 } }
      ports: [{ name: http, containerPort: 8080 }]
      readinessProbe: { httpGet: { path: /, port: http } }
    - name: proxy
      image: proxy
      resources: { limits: { cpu: 1 } }
`;

describe('a manifest that is run', () => {
  it('is a config of its folder, with what is left out in few lines', async () => {
    const { loaded, folder } = await reading({ 'pod.yaml': POD });
    expect(
      loaded?.ok === true ? { ...loaded.value, config: Object.keys(loaded.value.config) } : null,
    ).toMatchObject({
      file: join(folder, 'pod.yaml'),
      folder,
      name: 'shop',
      config: expect.arrayContaining(['name']),
      leftOut: expect.arrayContaining([
        'pod.yaml: no counterpart on one machine: serviceAccountName, resources (app, proxy)',
      ]),
    });
  });

  it('has problems in the words of the manifest', async () => {
    const { problems } = await reading({
      'pod.yaml': POD.replace('containerPort: 8080', 'containerPort: 808080').replace(
        'image: proxy',
        'image: ""',
      ),
    });
    expect(problems.toSorted()).toEqual([
      expect.stringMatching(/^pod\.yaml: Pod\.shop\.spec\.containers\[0\]\.ports\[0\]\.containerPort: /),
      expect.stringMatching(/^pod\.yaml: Pod\.shop\.spec\.containers\[1\]\.image: /),
    ]);
  });

  it('that is no YAML is told with the place', async () => {
    const { problems } = await reading({ 'pod.yaml': 'apiVersion: v1\nkind: Pod\nspec: [\n' });
    expect(problems).toEqual([expect.stringMatching(/^pod\.yaml:4:1: syntax error: /)]);
  });

  it('that is a template is told to be rendered, with its place', async () => {
    const { problems } = await reading({
      'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-x\n',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^pod\.yaml:4:9: syntax error: it is a template, .*helm template/),
    ]);
  });

  it('without containers is refused', async () => {
    const { problems } = await reading({
      'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n',
    });
    expect(problems).toEqual([
      expect.stringMatching(/^service\.yaml: cannot be read: it describes no containers: /),
    ]);
  });
});

describe('a Compose file that is run', () => {
  it('names every file that was read, so that an edit of each is followed', async () => {
    const { read, problems } = await reading({
      'compose.yaml': 'include: [more/db.yaml]\nservices:\n  app: { image: "app:${TAG:-1}" }\n',
      'compose.override.yaml': 'services: { app: { environment: { A: 1 } } }\n',
      'more/db.yaml': 'services: { db: { image: db } }\n',
      '.env': 'TAG=2\n',
    });
    expect(problems).toEqual([]);
    expect([...new Set(read)].sort()).toEqual(['.env', 'compose.override.yaml', 'more/db.yaml']);
  });

  it('has problems in the words of Compose', async () => {
    const { problems } = await reading({
      'compose.yaml':
        'services:\n  app: { image: a, depends_on: [app] }\n  db: { image: b, environment: { A: "${KEY:?set it}" } }\n',
    });
    expect(problems).toContainEqual(expect.stringMatching(/^compose\.yaml: /));
    expect(problems.join('\n')).toContain('set it');
  });

  it('names both of two that want one port in the words of Compose', async () => {
    const { problems } = await reading({
      'compose.yaml':
        'services: { app: { image: a, ports: ["8080:80"] }, db: { image: b, ports: ["8080:81"] } }\n',
    });
    expect(problems).toEqual([
      'compose.yaml: services.app.ports.main: tcp port 8080 on 127.0.0.1 is already taken by services.db.ports.main.',
    ]);
  });

  it('names a file that is not there, and not the config', async () => {
    const { problems } = await reading({
      'compose.yaml': 'include: [gone.yaml]\nservices: { app: { image: a } }\n',
    });
    expect(problems).toEqual(['compose.yaml: gone.yaml: there is no such file.']);
  });
});

it('a config of ours is none of theirs', async () => {
  expect((await reading({ 'a.yaml': 'services: {}\nprimary: { command: node a.js }\n' })).loaded).toBeNull();
  expect(
    (await reading({ 'a.json': '{"primary":{"env":{"apiVersion":"1","kind":"x"}}}' })).loaded,
  ).toBeNull();
});
