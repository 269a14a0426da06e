import type { Figure } from '../measure.ts';
import { cpuOf, pause, pssOf } from '../peers/run.ts';
import { BARE, BenchPod } from './bench-pod.ts';

const FILES = 200;
const SETTLES_IN = 25_000;
const MEASURED_MS = 20_000;

const SIDECARS = {
  ambassador: { use: 'ambassador', with: { to: 'web' } },
  egress: { use: 'egress', with: { to: { web: 'web' } } },
  faults: { use: 'faults', with: { to: 'web' } },
  monitor: { use: 'monitor' },
  'metrics-adapter': { use: 'metrics-adapter', with: { from: { statsd: true } } },
  prometheus: { use: 'prometheus' },
  'config-refresh': {
    use: 'config-refresh',
    with: {
      sources: { flags: { file: 'flags.json' } },
      files: [{ contents: '{{flags.color}}', volume: 'conf', path: 'color' }],
    },
  },
  'log-shipper': {
    use: 'log-shipper',
    with: { from: { path: 'logs' }, to: { file: 'all.ndjson' } },
  },
  'log-sink': { use: 'log-sink' },
  telemetry: { use: 'telemetry' },
};

const CONFIG = {
  volumes: { conf: {} },
  sidecars: { ...SIDECARS, node: { command: BARE } },
  primary: { name: 'web', command: BARE, ports: { http: 'auto' }, readiness: false },
};

/** All ready-made sidecars of one pod, with nothing to do but what they do by themselves. */
export const benchIdle = async (): Promise<readonly Figure[]> => {
  const logs = Array.from({ length: FILES }, (_, at) => [`logs/${at}.log`, 'a line\n']);
  const files = { 'flags.json': '{"color":"red"}', ...Object.fromEntries(logs) };
  const names = Object.keys(CONFIG.sidecars);
  await using pod = await BenchPod.start(CONFIG, names, files);
  await pause(SETTLES_IN);
  const before = names.map((name) => cpuOf(pod.pid(name)));
  await pause(MEASURED_MS);
  return names.map((name, at) => {
    const share = (cpuOf(pod.pid(name)) - (before[at] ?? 0)) / MEASURED_MS;
    return {
      name: `${name}, idle`,
      value: `${(pssOf(pod.pid(name)) / 2 ** 20).toFixed(1)} MiB PSS, ${(share * 100).toFixed(2)} % of a core`,
      target: name === 'log-shipper' ? '30 MiB' : '-',
    };
  });
};
