import { readFileSync } from 'node:fs';
import type { Engine } from '../engine.ts';
import { place } from '../folder.ts';
import { ask } from '../unix-request.ts';

const CONTROL = place('control.sock');

/** Without this, Caddy does not read certificates again where only these have changed. */
const LOADED = { 'content-type': 'application/json', 'cache-control': 'must-revalidate' };

export const caddy: Engine = {
  program: 'caddy',
  check: (config) => ['validate', '--config', config],
  run: (config) => ['run', '--config', config],
  // Nothing of it goes to the user's home, where its own CA and the last configuration would be.
  env: () => {
    const folder = `${process.cwd()}/${place('storage')}`;
    return { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  },
  isUp: async () => true,
  drainSignal: 'SIGTERM',
  // It has none for an end at once but this.
  stopSignal: 'SIGQUIT',
  reload: async (_, { config }) => {
    await ask(CONTROL, '/load', { method: 'POST', body: readFileSync(config, 'utf8'), more: LOADED });
  },
  metrics: () => ask(CONTROL, '/metrics'),
  stats: async () => ({ upstreams: JSON.parse(await ask(CONTROL, '/reverse_proxy/upstreams')) }),
  lacksProcessMetrics: false,
  setReady: null,
};
