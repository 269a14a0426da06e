import { expect, it } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { resolvePod } from '../../../src/config/resolve/resolve-pod.ts';
import { columnOf } from '../../../src/config/schema/process-fields.ts';
import type { CommandProcess } from '../../../src/config/types.ts';
import { planReload } from '../../../src/core/reload-plan.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import { CoreDriver } from '../../support/core-driver.ts';
import { inputsFor, makeFolder } from '../support.ts';

/** Another value than the process has. */
const edits: Required<CommandProcess> = {
  description: 'the edited',
  command: 'node edited.js',
  cwd: 'below',
  env: { EDITED: true },
  envFile: 'below/.env',
  ports: { main: 7002 },
  mounts: { data: 'edited' },
  files: { conf: { content: 'edited', onChange: 'none' } },
  provides: { env: { EDITED: true } },
  requires: { node: '*' },
  dependsOn: ['neighbor'],
  isolate: 'pid',
  startup: { exec: 'edited' },
  readiness: { exec: 'edited' },
  liveness: { exec: 'edited' },
  postStart: 'edited',
  preStop: 'edited',
  commands: { edited: 'node edited.js' },
  restart: 'never',
  essential: true,
  stop: { signal: 'SIGINT' },
  watch: ['edited'],
  autostart: false,
  stdin: 'null',
  tty: true,
  image: undefined,
  args: undefined,
  workingDir: undefined,
  user: undefined,
  pull: undefined,
  build: undefined,
  anonymousVolumes: undefined,
};

const editsOfImage = {
  image: 'nginx:edited',
  args: ['edited'],
  workingDir: '/edited',
  user: '1000',
  pull: 'never',
  build: { context: '.', dockerfile: 'below/.env' },
  anonymousVolumes: ['/edited'],
};

const isOfImage = (name: string): name is keyof typeof editsOfImage => name in editsOfImage;

const podIn = (folder: string, program: object, fields: object): PodSpec => {
  const config = {
    volumes: { data: {} },
    sidecars: {
      neighbor: { command: 'node neighbor.js' },
      edited: { ...program, ports: { main: 7001 }, files: { conf: '' }, ...fields },
    },
    primary: { command: 'node app.js' },
  };
  const loaded = checkConfig(config, { file: 'sidecars.config.ts', folder, env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const pod = resolvePod(loaded.value, inputsFor(loaded.value, { watching: true }));
  if (!pod.ok) throw new Error(JSON.stringify(pod.problems));
  return pod.value;
};

const actions = {
  restart: 'restart',
  update: 'update',
  'by-entry': 'update',
  'start-or-stop': 'stop',
  none: 'keep',
};

it.each(Object.entries(columnOf('onReload')))(
  'a reload does to a process what the table of fields says: %s',
  (name, onReload) => {
    const folder = makeFolder({ 'below/.env': 'A=1' });
    const program = isOfImage(name) ? { image: 'nginx' } : { command: 'node server.js' };
    const running = new CoreDriver(podIn(folder, program, {}));
    running.start();
    expect(running.live.has('edited')).toBe(true);
    const edited = podIn(folder, program, {
      [name]: isOfImage(name) ? editsOfImage[name] : edits[name as keyof CommandProcess],
    });
    const plan = planReload(running.pod, edited);
    expect(plan.find(({ process }) => process === 'edited')?.action).toBe(actions[onReload]);
  },
);
