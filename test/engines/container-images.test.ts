import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { canRun, IMAGE, withImage } from '../support/containers.ts';
import { PodHere } from '../support/pod-here.ts';
import { Project } from '../support/project.ts';

const DOCKERFILE = `FROM ${IMAGE}
STOPSIGNAL SIGUSR1
CMD ["sh", "-c", "trap 'echo as the image says; exit 0' USR1; trap 'echo as the config says; exit 0' TERM; echo up; while true; do sleep 0.1; done"]
`;

const linesOf = (run: PodHere, name: string): readonly unknown[] =>
  run.events.filter((event) => event.type === 'log' && event['name'] === name).map(({ line }) => line);

/** What is said about a failure that nobody has asked about. */
const causeOf = async (run: PodHere, name: string): Promise<string> => {
  const event = await run.event(
    `the cause of the failure of ${name}`,
    (each) => each['kind'] === 'likely-cause' && each['name'] === name,
  );
  return `${event['message']}`;
};

describe.each(['podman', 'docker'] as const)('with %s', (engine) => {
  describe.skipIf(!canRun(engine))('an image', () => {
    withImage(engine);
    const built = `${IMAGE}-built`;
    afterAll(() => {
      spawnSync(engine, ['rmi', '--force', built], { stdio: 'ignore' });
    });

    test('is built, and its own stop signal ends its container unless the config names one', async () => {
      await using project = await Project.create({ 'image/Dockerfile': DOCKERFILE });
      const web = { image: built, build: { context: 'image' }, readiness: { log: 'up' } };
      const config = {
        name: 'built',
        container: { engine },
        sidecars: { named: { ...web, stop: { signal: 'SIGTERM' } } },
        primary: { name: 'app', ...web },
      };
      await using run = new PodHere(config, project.folder);
      await run.state('app', 'ready');
      run.signal('SIGTERM');
      expect(await run.exitCode(), run.transcript()).toBe(0);
      expect(linesOf(run, 'app')).toEqual(['up', 'as the image says']);
      expect(linesOf(run, 'named')).toEqual(['up', 'as the config says']);
      const told = run.events.filter((event) => event.type === 'notice').map(({ message }) => `${message}`);
      expect(told.filter((text) => text.startsWith(`built the image ${built}`))).toHaveLength(1);
    });

    test('that could not be run refuses the start, before anything has been started', async () => {
      await using project = await Project.create();
      const config = {
        name: 'refused',
        container: { engine },
        sidecars: {
          bare: { image: IMAGE },
          unknown: { image: 'sidecarctl-test:none', pull: 'never' },
          later: { image: 'sidecarctl-test:none', pull: 'never', autostart: false },
        },
        primary: { command: 'touch started' },
      };
      await using run = new PodHere(config, project.folder);
      expect(await run.exitCode()).toBe(1);
      expect(run.stderr.trimEnd().split('\n')).toEqual([
        `bare: the image ${IMAGE} has neither an entrypoint nor a command; give the process a command`,
        `unknown: ${engine} has no image sidecarctl-test:none, and pull is 'never'; build or pull it (${engine} pull sidecarctl-test:none)`,
      ]);
      expect(run.events).toEqual([]);
    });

    test('that cannot be pulled, and what a container cannot be run with, is told with what to do', async () => {
      await using project = await Project.create();
      const never = { restart: 'never' } as const;
      const config = {
        name: 'causes',
        container: { engine },
        sidecars: {
          offline: { image: '127.0.0.1:1/sidecarctl/none:1', ...never },
          user: { image: IMAGE, command: ['true'], user: 'nobody-here', ...never },
          program: { image: IMAGE, command: ['no-such-program'], ...never },
          folder: { image: IMAGE, command: ['true'], workingDir: '/bin/busybox', ...never },
        },
        primary: { name: 'app', command: ['sleep', '1000'], dependsOn: [] },
      };
      await using run = new PodHere(config, project.folder);
      const causes = await Promise.all(Object.keys(config.sidecars).map((name) => causeOf(run, name)));
      expect(causes).toEqual([
        expect.stringMatching(/cannot be pulled: .*connection refused.*: check the network/),
        expect.stringContaining('its image has no user nobody-here: give user a number'),
        expect.stringContaining('the command no-such-program is not in its image'),
        expect.stringContaining('workingDir /bin/busybox is a file in its image: correct it'),
      ]);
      // Nobody may take it for ready, who waits for that.
      expect(run.events.filter(({ state, name }) => state === 'ready' && name !== 'app')).toEqual([]);
      expect(run.events.filter(({ message }) => /^pulls the image [^ ]+$/.test(`${message}`))).toHaveLength(
        1,
      );
      run.signal('SIGTERM');
      await run.exit();
    });
  });
});
