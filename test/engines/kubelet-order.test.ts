import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { canRun, IMAGE, TRIED_ENGINES, withImage } from '../support/containers.ts';
import { eventually } from '../support/deadline.ts';
import { freePort } from '../support/free-port.ts';
import { Project } from '../support/project.ts';

/** A container that says when it starts and when it gets TERM, and ends with a code. */
const steady = (name: string, code: number, more = ''): string =>
  `{ name: ${name}, image: "${IMAGE}", ${more} command: [sh, -c, "trap 'echo ${name} gets TERM; exit ${code}' TERM; echo ${name} starts; touch /tmp/up; while true; do sleep 0.05; done"] }`;

/** Others wait until it has said that it starts. */
const IS_UP =
  'startupProbe: { exec: { command: [test, -e, /tmp/up] }, periodSeconds: 1, failureThreshold: 60 }';

const once = (name: string, line: string, more = ''): string =>
  `{ name: ${name}, image: "${IMAGE}", ${more} command: [sh, -c, '${line}'] }`;

/** The pod whose times a real kubelet was asked for, with two containers, files and volumes. */
const ordered = (port: number): string => `
apiVersion: v1
kind: Pod
metadata: { name: order, labels: { tier: web, app: order } }
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 8
  volumes:
    - { name: conf, configMap: { name: conf, defaultMode: 0755 } }
    - { name: info, downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] } }
    - { name: key, secret: { secretName: key } }
    - { name: data, emptyDir: {} }
  initContainers:
    - ${once('init1', 'echo init1; echo made > /data/file', 'volumeMounts: [{ name: data, mountPath: /data, subPath: a/b }],')}
    - name: side
      image: ${IMAGE}
      restartPolicy: Always
      command: [sh, -c, "trap 'echo side gets TERM; exit 7' TERM; echo side starts; sleep 0.5; echo side is up; touch /tmp/up; httpd -p ${port} -h /tmp; while true; do sleep 0.05; done"]
      ${IS_UP}
    - ${once('init2', 'echo init2')}
    - ${steady('tail', 0, `restartPolicy: Always, ${IS_UP},`)}
  containers:
    - name: main
      image: ${IMAGE}
      securityContext: { runAsUser: 1000 }
      command: [sh, -c, "echo main starts; cat /info/labels; echo; cat /key/k; /conf/run.sh; cat /data/file; echo own > /data/own; wget -q -O /dev/null http://localhost:${port}/up && echo reached; exit 3"]
      volumeMounts:
        - { name: conf, mountPath: /conf }
        - { name: info, mountPath: /info, readOnly: true }
        - { name: key, mountPath: /key }
        - { name: data, mountPath: /data, subPath: a/b }
    - ${once('second', 'while ! test -e /data/own; do sleep 0.05; done; echo second ends', 'volumeMounts: [{ name: data, mountPath: /data, subPath: a/b }],')}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { run.sh: "#!/bin/sh\\necho ran\\n" }
---
apiVersion: v1
kind: Secret
metadata: { name: key }
data: { k: czNjcmV0Cg== }
`;

const stopped = `
apiVersion: v1
kind: Pod
metadata: { name: stops }
spec:
  terminationGracePeriodSeconds: 10
  volumes: [{ name: shared, emptyDir: {} }]
  initContainers: [${steady('s1', 0, 'restartPolicy: Always,')}, ${steady('s2', 0, 'restartPolicy: Always,')}]
  containers:
    - name: a
      image: ${IMAGE}
      command: [sh, -c, "trap 'touch /shared/a; while ! test -e /shared/b; do sleep 0.05; done; echo a and b got TERM; exit 0' TERM; echo a starts; while true; do sleep 0.05; done"]
      volumeMounts: [{ name: shared, mountPath: /shared }]
    - name: b
      image: ${IMAGE}
      command: [sh, -c, "trap 'touch /shared/b; while ! test -e /shared/a; do sleep 0.05; done; exit 0' TERM; echo b starts; while true; do sleep 0.05; done"]
      volumeMounts: [{ name: shared, mountPath: /shared }]
`;

/** docker is asked before podman. */
const ENVIRONMENTS = { podman: { DOCKER_HOST: 'unix:///nowhere/docker.sock' }, docker: {} };

const linesOf = (run: CommandLine): readonly string[] =>
  run.events.filter(({ type }) => type === 'log').map(({ line }) => String(line));

describe.each(TRIED_ENGINES)('with %s, as with a kubelet,', (engine) => {
  const env = ENVIRONMENTS[engine];
  describe.skipIf(!canRun(engine))('a pod', () => {
    withImage(engine);

    test('starts one after the other, has its files, and ends with its last container and the code that failed', async () => {
      await using project = await Project.create({ 'pod.yaml': ordered(await freePort()) });
      await using run = new CommandLine(['dev', '-c', 'pod.yaml', '--ui', 'json'], project.folder, env);
      expect(await run.exitCode(), run.transcript()).toBe(3);
      const lines = linesOf(run);
      const before = ['init1', 'side starts', 'side is up', 'init2', 'tail starts'];
      expect(lines.slice(0, before.length)).toEqual(before);
      const main = ['main starts', 'app="order"', 'tier="web"', 's3cret', 'ran', 'made', 'reached'];
      expect(lines.filter((line) => main.includes(line))).toEqual(main);
      expect(lines.slice(-2)).toEqual(['tail gets TERM', 'side gets TERM']);
      expect(lines.slice(before.length, -2).toSorted()).toEqual([...main, 'second ends'].toSorted());
    });

    test('stops all its containers together, and then its sidecars in reverse order', async () => {
      await using project = await Project.create({ 'pod.yaml': stopped });
      await using run = new CommandLine(['dev', '-c', 'pod.yaml', '--ui', 'json'], project.folder, env);
      const starts = ['s1 starts', 's2 starts', 'a starts', 'b starts'];
      await eventually('all to have started', () => starts.every((line) => linesOf(run).includes(line)));
      run.signal('SIGINT');
      expect(await run.exitCode(), run.transcript()).toBe(0);
      expect(linesOf(run).slice(-3)).toEqual(['a and b got TERM', 's2 gets TERM', 's1 gets TERM']);
    });
  });
});
