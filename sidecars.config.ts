// The demo: a shop with four sidecars, each in another role of the pattern. `sidecarctl dev` in this folder
// runs it.
import { defineConfig } from 'sidecarctl';

const cwd = 'fixtures/shop';

export default defineConfig({
  name: 'shop',
  // Shared directories, made empty when the pod starts and removed when it ends.
  volumes: { data: {}, logs: {}, run: {} },

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
      description: 'collects and counts log lines',
      command: 'node aggregator.mjs',
      cwd,
      // A free port, so that the demo starts on any machine; the others get it as AGGREGATOR_SERVICE_PORT.
      ports: { http: 'auto' },
      readiness: { http: '/healthz' },
      liveness: { http: '/healthz', period: '5s' },
    },
    shipper: {
      description: 'ships the log files to the aggregator',
      command: 'node shipper.mjs',
      cwd,
      dependsOn: ['aggregator'],
      readiness: { file: '${volumes.run}/shipper.json' },
    },
    monitor: {
      description: 'serves CPU and memory of the app to Prometheus',
      command: ['node', 'monitor.mjs'],
      cwd,
      // No probe of its own: a process with a port is ready when it listens.
      ports: { http: 'auto' },
      env: { PID_FILE: '${volumes.run}/shop.pid' },
    },
    ambassador: {
      description: 'speaks TLS for the app',
      // Ready-made: it is in front of the app, so it starts after it and stops before it. `sidecarctl trust` makes browsers
      // trust its certificate.
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
    env: ({ volumes }) => ({
      DATA_DIR: volumes.data,
      LOG_DIR: volumes.logs,
      PID_FILE: `${volumes.run}/shop.pid`,
    }),
    readiness: { http: '/healthz' },
  },
});
