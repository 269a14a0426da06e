import type { Engine } from '../engine.ts';
import { getText } from '../http-request.ts';

/** Prometheus. Its API and its metrics are at the address that it listens at. */
export const prometheus = (address: string): Engine => ({
  ...storeAt(address, '/-/ready'),
  program: 'prometheus',
  checker: 'promtool',
  check: (config) => ['check', 'config', config],
  run: (config) => [`--config.file=${config}`],
});

export const victoriaMetrics = (address: string): Engine => ({
  ...storeAt(address, '/health'),
  program: 'victoria-metrics',
  check: (config) => [`-promscrape.config=${config}`, '-dryRun', '-loggerLevel=ERROR'],
  run: (config) => [`-promscrape.config=${config}`],
});

const storeAt = (address: string, healthPath: string): Omit<Engine, 'program' | 'check' | 'run'> => ({
  env: () => ({}),
  isUp: () =>
    getText(address, healthPath).then(
      () => true,
      () => false,
    ),
  drainSignal: 'SIGTERM',
  stopSignal: 'SIGKILL',
  reload: async (pid) => void process.kill(pid, 'SIGHUP'),
  metrics: () => getText(address, '/metrics'),
  stats: async () => {
    const { data } = JSON.parse(await getText(address, '/api/v1/targets')) as TargetsAnswer;
    return {
      targets: data.activeTargets.map(({ labels, health, lastError }) => ({ labels, health, lastError })),
    };
  },
  lacksProcessMetrics: false,
  setReady: null,
});

interface TargetsAnswer {
  readonly data: {
    readonly activeTargets: ReadonlyArray<{
      readonly labels: Readonly<Record<string, string>>;
      readonly health: string;
      readonly lastError: string;
    }>;
  };
}
