import { expect, it, test } from 'vitest';
import { ejectedText, findEjectable } from '../../src/cli/ejected-sidecar.ts';
import type { PodConfig } from '../../src/config/types.ts';
import { load, podOf, processOf } from '../config/support.ts';

const shop = (slow: object) => ({
  sidecars: { redis: { command: 'redis-server', ports: { main: 6379 } }, slow },
  primary: { name: 'web', command: 'web' },
});

const used = { use: 'faults', with: { to: 'redis', for: ['web'] }, restart: 'never' };

const eject = (config: PodConfig, name: string, file: string) => {
  const found = findEjectable(config, name);
  if (!found.ok) throw new Error(found.message);
  return ejectedText(found.sidecar, file, false);
};

test('the plain config of a ready-made sidecar makes the same process', () => {
  const { text, remarks } = eject(load(shop(used)).config, 'slow', 'sidecars.config.yaml');
  const { slow } = JSON.parse(text);
  expect(Object.keys(slow)).toEqual([
    ...['command', 'env', 'files', 'readiness', 'ports', 'dependsOn', 'restart'],
  ]);
  const { origin, ...plain } = processOf(podOf(shop(slow)), 'slow');
  const { origin: readyMade, ...before } = processOf(podOf(shop(used)), 'slow');
  expect([readyMade?.use, origin]).toEqual(['faults', null]);
  // A process of the user's own is told of the ports of the others besides.
  const { services, withoutServices } = plain.launch.env;
  expect({ ...plain, launch: { ...plain.launch, cwd: '' } }).toEqual({
    ...before,
    launch: { ...before.launch, cwd: '', env: { ...before.launch.env, services, withoutServices } },
  });
  expect(remarks).toEqual([
    'the plain config changes no wiring: in web, write ${ports.slow.main} in place of ${ports.redis.main}',
  ]);
});

test('a config in code gets code, without the fields that have functions', () => {
  const { text, remarks } = eject(
    load(shop({ use: 'faults', with: { to: { port: 1 } }, cwd: () => '.' })).config,
    'slow',
    'sidecars.config.ts',
  );
  expect(text).toMatch(/^slow: \{\n {2}command: \[/);
  expect(text).toContain("ports: { main: 'auto', admin: 'auto' },");
  expect(remarks).toEqual(['cwd has functions: keep it as it stands in the config']);
});

it.each([
  ['slwo', 'there is no process slwo (did you mean slow?)'],
  ['redis', 'redis is not ready-made: its config is what runs; there is slow'],
])('a name that is not that of a ready-made sidecar is refused: %s', (name, message) => {
  expect(findEjectable(load(shop(used)).config, name)).toEqual({ ok: false, message });
});

test('a sidecar of an app goes by its name in the config, and in the pod', () => {
  const app = { sidecars: { slow: { use: 'faults', with: { to: { port: 1 } } } }, primary: { command: 'x' } };
  const { config } = load({ apps: { web: app } });
  expect([findEjectable(config, 'slow').ok, findEjectable(config, 'web-slow').ok]).toEqual([true, true]);
});

test('what only a config-refresh can do for others is told', () => {
  const files = [{ contents: 'a', volume: 'conf', path: 'a' }];
  const remarks = (onChange: object) =>
    eject(
      load({ ...shop({ use: 'config-refresh', with: { files, onChange } }), volumes: { conf: {} } }).config,
      'slow',
      'sidecars.config.yaml',
    ).remarks;
  const others =
    "no other process can have one of its files by from: 'slow.…'; write the path in the volume instead";
  expect(remarks({ restart: 'web' })).toEqual([
    'the plain config tells nobody of a new content: web is not restarted',
    others,
  ]);
  expect(remarks({ signal: 'HUP', to: 'web' })).toEqual([
    'the plain config tells nobody of a new content: web gets no signal',
    others,
  ]);
  expect(remarks({ exec: 'x' })).toEqual([others]);
});
