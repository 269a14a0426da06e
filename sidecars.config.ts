// The demo: a shop with four ready-made sidecars, each in another role of the pattern. `sidecarctl dev` in this folder runs
// it.
import { defineConfig } from 'sidecarctl';

const cwd = 'fixtures/shop';

export default defineConfig({
  name: 'shop',
  // Shared directories, made empty when the pod starts and removed when it ends.
  volumes: { data: {}, logs: {} },

  init: {
    seed: {
      description: 'fills the data volume, once, before the app starts',
      command: 'node seed.mjs',
      cwd,
      env: { DATA_DIR: '${volumes.data}' },
    },
  },

  sidecars: {
    aggregator: {
      description: 'collects log lines, and answers questions about them',
      // A free port, so that the demo starts on any machine; the others get its address as AGGREGATOR_SERVICE_PORT.
      use: 'log-sink',
      with: {
        listen: { syslog: false, forward: false },
        file: { path: 'shipped.ndjson', volume: 'data' },
      },
    },
    shipper: {
      description: 'ships the log files to the aggregator',
      use: 'log-shipper',
      with: { from: { volume: 'logs' }, to: { http: 'aggregator' } },
    },
    monitor: {
      description: 'serves CPU and memory of every process to Prometheus',
      use: 'monitor',
    },
    ambassador: {
      description: 'speaks TLS for the app',
      // It is in front of the app, so it starts after it and stops before it. `sidecarctl trust` makes browsers trust its
      // certificate.
      use: 'ambassador',
      with: { to: 'shop', tls: true },
    },
  },

  primary: {
    name: 'shop',
    description: 'the app',
    command: ['node', 'shop.mjs'],
    cwd,
    ports: { http: 'auto' },
    // The app needs no knowledge of sidecarctl: its own variables are wired here, by a function this time.
    env: ({ volumes }) => ({ DATA_DIR: volumes.data, LOG_DIR: volumes.logs }),
    readiness: { http: '/healthz' },
  },
});
