import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CommandLine, isRunning } from '../support/command-line.ts';
import { canRun, containersOf, IMAGE, TRIED_ENGINES, withImage } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { freePort } from '../support/free-port.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** An init container, a native sidecar, and an app that reads a file and asks the sidecar. */
const manifest = (port: number, word: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { greeting: "hello \${NAME} $\${x}" }
---
apiVersion: v1
kind: Pod
metadata: { name: shop }
spec:
  serviceAccountName: robot
  terminationGracePeriodSeconds: 5
  initContainers:
    - name: prepare
      image: ${IMAGE}
      command: [sh, -c, 'echo the page > /data/page; echo prepared']
      volumeMounts: [{ name: data, mountPath: /data }]
    - name: web
      restartPolicy: Always
      image: ${IMAGE}
      command: [sh, -c, 'trap "exit 0" TERM; echo serving; httpd -f -p ${port} -h /data & while true; do wait; done']
      ports: [{ name: http, containerPort: ${port} }]
      startupProbe: { httpGet: { port: http, path: /page }, periodSeconds: 1, failureThreshold: 60 }
      volumeMounts: [{ name: data, mountPath: /data }]
  containers:
    - name: app
      image: ${IMAGE}
      command:
        - sh
        - -c
        - >-
          trap "echo bye; exit 0" TERM; cat /etc/shop/greeting; echo; echo "$WORD";
          wget -q -O - http://localhost:${port}/page; while true; do sleep 0.1; done
      env:
        - { name: WORD, value: ${word} }
        - { name: GREETING, value: /etc/shop/greeting }
        - { name: PAGE, value: "http://localhost:${port}/page" }
      volumeMounts: [{ name: conf, mountPath: /etc/shop }]
  volumes:
    - { name: data, emptyDir: {} }
    - { name: conf, configMap: { name: conf } }
`;

const APP = `
const { readFileSync } = require('node:fs');
const { GREETING, PAGE, WORD } = process.env;
fetch(PAGE).then((page) => page.text()).then((text) => {
  console.log([readFileSync(GREETING, 'utf8'), WORD, text.trim(), process.cwd(), process.pid].join('|'));
  setInterval(() => undefined, 1000);
});
`;

/** docker is asked before podman. */
const ENVIRONMENTS = { podman: { DOCKER_HOST: 'unix:///nowhere/docker.sock' }, docker: {} };

const linesOf = (run: CommandLine, name: string): readonly unknown[] =>
  run.events.filter((event) => event.type === 'log' && event['name'] === name).map(({ line }) => line);

const startsOf = (run: CommandLine, name: string): number =>
  run.events.filter(({ type, name: of, state }) => type === 'process' && of === name && state === 'starting')
    .length;

const runIdIn = (project: Project): string => readdirSync(project.path('k8s/.sidecarctl/runs'))[0] ?? '';

describe.each(TRIED_ENGINES)('with %s', (engine) => {
  const env = ENVIRONMENTS[engine];
  describe.skipIf(!canRun(engine))('a manifest', () => {
    withImage(engine);

    test('runs in the order of Kubernetes, restarts only what an edit concerns, and leaves nothing', async () => {
      const port = await freePort();
      await using project = await Project.create({ 'k8s/pod.yaml': manifest(port, 'one') });
      const named = ['-c', 'k8s/pod.yaml'];
      await using run = new CommandLine(['dev', ...named, '--ui', 'json'], project.folder, env);
      // Each step takes its time on a busy machine.
      await run.state('prepare', 'completed');
      await run.state('web', 'ready');
      await run.until('a request of the app to the sidecar', () => linesOf(run, 'app').includes('the page'));
      expect(linesOf(run, 'app')).toEqual(['hello ${NAME} $${x}', 'one', 'the page']);
      const said = run.events.filter(({ type }) => type === 'log').map(({ name }) => name);
      expect([...new Set(said)]).toEqual(['prepare', 'web', 'app']);
      expect(run.events.filter(({ kind }) => kind === 'left-out').map(({ message }) => message)).toContain(
        'pod.yaml: serviceAccountName: no counterpart on one machine',
      );
      await run.event('the pod runs', ({ type, state }) => type === 'pod' && state === 'running');
      const status = await runToEnd(['status', ...named, '--json'], project.folder, env);
      expect(JSON.parse(status.stdout)).toMatchObject({ name: 'shop', state: 'running' });
      await project.write('k8s/pod.yaml', manifest(port, 'two'));
      await run.until('what the edit says', () => linesOf(run, 'app').includes('two'));
      await run.until('a second start', () => startsOf(run, 'app') === 2);
      expect(['prepare', 'web', 'app'].map((name) => startsOf(run, name))).toEqual([1, 1, 2]);
      const id = runIdIn(project);
      expect(containersOf(engine, id).length).toBeGreaterThan(0);
      run.signal('SIGINT');
      expect(await run.exitCode(), run.transcript()).toBe(0);
      expect(linesOf(run, 'app').at(-1)).toBe('bye');
      expect(containersOf(engine, id)).toEqual([]);
    });

    test('has a command of this machine in the place of its app, and a kill of sidecarctl leaves neither', async () => {
      const port = await freePort();
      await using project = await Project.create({ 'k8s/pod.yaml': manifest(port, 'one'), 'app.js': APP });
      const words = ['dev', '-c', 'k8s/pod.yaml', '--local', 'app=node app.js', '--ui', 'json'];
      await using run = new CommandLine(words, project.folder, env);
      // Each step takes its time on a busy machine.
      await run.state('prepare', 'completed');
      await run.state('web', 'ready');
      await run.until('a request of the app to the sidecar', () => linesOf(run, 'app').length === 1);
      const [greeting, word, page, folder, pid] = String(linesOf(run, 'app')[0]).split('|');
      expect([greeting, word, page, folder]).toEqual([
        'hello ${NAME} $${x}',
        'one',
        'the page',
        project.folder,
      ]);
      await project.write('k8s/pod.yaml', manifest(port, 'two'));
      await run.until('what the edit says', () => /\|two\|/.test(String(linesOf(run, 'app')[1])));
      const [, , , , secondPid] = String(linesOf(run, 'app')[1]).split('|');
      const id = runIdIn(project);
      expect(containersOf(engine, id)).toHaveLength(1);
      run.signal('SIGKILL');
      await run.exit();
      await eventually(
        'nothing to be left',
        () =>
          containersOf(engine, id).length === 0 && ![pid, secondPid].some((each) => isRunning(Number(each))),
      );
    });
  });
});

describe('without a container engine', () => {
  const withoutEngines = async () => {
    const text = manifest(await freePort(), 'one');
    const project = await Project.create({ 'k8s/pod.yaml': text });
    return { project, text, env: { PATH: project.path('bin') }, named: ['-c', 'k8s/pod.yaml'] };
  };

  test('a manifest starts nothing, and says how to get one', async () => {
    const { project, env, named } = await withoutEngines();
    await using _ = project;
    for (const command of ['up', 'check']) {
      const { code, stderr } = await runToEnd([command, ...named], project.folder, env);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('podman is not installed, install it (https://'),
      ]);
      expect(stderr).toContain('prepare, web, app: no container engine answers');
    }
    const graph = await runToEnd(['graph', ...named, '--format', 'json'], project.folder, env);
    expect(JSON.parse(graph.stdout).processes.map(({ name }: { name: string }) => name)).toEqual([
      'prepare',
      'web',
      'app',
    ]);
  });

  test('what cannot be run is told with what can, and --local only takes the place of a container', async () => {
    const { project, env, named } = await withoutEngines();
    await using _ = project;
    await project.write('Procfile', 'web: node web.js\njobs: node jobs.js\n');
    await project.write('compose.yaml', 'services: { web: { image: web } }\n');
    await project.write('plain.yaml', 'primary: { command: node web.js }\n');
    const refusal = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await runToEnd(words, project.folder, env);
      expect([words, code]).toEqual([words, 2]);
      return stderr;
    };
    expect(await refusal('check', '-c', 'Procfile')).toContain(
      "a file in the format of Procfile does not run as it is. 'sidecarctl init --from Procfile' writes a config of it.",
    );
    expect(await refusal('dev')).toContain("'sidecarctl dev -c compose.yaml' runs the Compose file.");
    expect(await refusal('dev', ...named, '--local', 'ap=node app.js')).toContain(
      "--local: there is no container 'ap'. Did you mean 'app'?",
    );
    expect(await refusal('dev', '-c', 'plain.yaml', '--local', 'web=x')).toContain(
      '--local takes the place of',
    );
    expect(await refusal('dev', ...named, '--local', 'app')).toContain('It has the form NAME=COMMAND');
    const twice = ['--local', 'app=a', '--local', 'app=b'];
    expect(await refusal('dev', ...named, ...twice)).toContain('app has a command already: give it once');
  });

  test('a manifest runs with a command in each place, in the background and after a reload as well', async () => {
    const { project, text, env, named } = await withoutEngines();
    await using _ = project;
    const node = (code: string): string => `'${process.execPath}' -e "${code}"`;
    const server = "require('node:http').createServer((_, r) => r.end('x')).listen(process.env.PORT)";
    const locals = [
      `prepare=${node("console.log('in ' + process.cwd())")}`,
      `web=${node(server)}`,
      `app=${node('console.log(process.env.WORD); setInterval(() => 0, 1000)')}`,
    ].flatMap((local) => ['--local', local]);
    const up = await runToEnd(['up', '--detach', ...named, ...locals], project.folder, env);
    try {
      expect(up, up.stderr).toMatchObject({ code: 0 });
      const logs = (...names: string[]) =>
        runToEnd(['logs', ...named, ...names, '--json'], project.folder, env);
      expect((await logs('prepare')).stdout).toContain(`in ${project.folder}`);
      await project.write('k8s/pod.yaml', text.replace('value: one', 'value: two'));
      expect((await runToEnd(['reload', ...named], project.folder, env)).code).toBe(0);
      await eventually('the app to be as edited', async () => (await logs('app')).stdout.includes('"two"'));
      expect((await logs('app')).stdout).toContain('"one"');
    } finally {
      expect((await runToEnd(['down', ...named], project.folder, env)).code).toBe(0);
    }
  });
});
