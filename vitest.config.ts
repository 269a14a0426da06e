import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { WAIT_LIMIT_MS } from './test/support/deadline.ts';

/** They start the built command line, and wait for it most of their time. */
const E2E = [
  'test/e2e/**/*.test.ts',
  'test/fixtures/**/*.test.ts',
  'test/engines/**/*.test.ts',
  'test/docs/{pages,readme}.test.ts',
  // TypeScript's language server and the caches of compiled code.
  'test/types/completion.test.ts',
  'test/cli/{compile-cache,start-code}.test.ts',
  // Prometheus does nothing for five seconds before its first scrape.
  'test/programs/**/prometheus.test.ts',
  // It makes hundreds of handshakes, each by an openssl of its own.
  'test/programs/proxy/tls/testssl.test.ts',
  // They start the program many times, and run it as it is built.
  'test/programs/log-shipper/{program,killed,scarce}.test.ts',
  // What engines and other clients do is the same on every Node.
  'test/programs/engine/**/*.test.ts',
  'test/programs/proxy/matrix/engines.test.ts',
  'test/programs/config-refresh/{program,full-disk,sources/etcd}.test.ts',
  'test/programs/proxy/clients/**/*.test.ts',
  // They start the program for each test; one loads OpenTelemetry's SDK with gRPC.
  'test/programs/{log-sink,metrics-adapter,monitor,prometheus,telemetry}/program.test.ts',
  'test/programs/metrics-adapter/{servers,receivers}.test.ts',
  'test/programs/telemetry/official-exporters.test.ts',
  // They start a browser.
  'test/programs/proxy/streams/chromium.test.ts',
  'test/web/chromium/**/*.test.ts',
];

/** What asks Node most: processes, pipes, terminals, files, and HTTP. */
const OTHER_NODES = ['test/{control,logs,runtime}/**/*.test.ts', 'test/programs/proxy/http/**/*.test.ts'];

/** Tests of many rounds, or of many at once, of which the other projects run a few. In full, each takes some seconds. */
const SLOW = [
  'test/e2e/exec-signal.test.ts',
  'test/runtime/{young-generation,ports/allocate-ports,state/state-folder}.test.ts',
];

/** The same, and each takes from ten seconds up to some minutes. */
const SLOWEST = [
  'test/e2e/{activation,nothing-survives,soak,supervisor-killed}.test.ts',
  'test/engines/{container-life,kubelet-order,manifest}.test.ts',
  'test/exchange/compose/round-trip.test.ts',
  'test/config/resolve/symbolic.test.ts',
  'test/control/fuzz.test.ts',
  'test/simulation/simulation.test.ts',
  'test/tui/{mouse,notices,palette,panes,reduce,text}.test.ts',
  'test/web/chromium/flood.test.ts',
  'test/programs/config-refresh/data-folder.test.ts',
  'test/programs/engine/life.test.ts',
  'test/programs/log-shipper/killed.test.ts',
  'test/programs/proxy/{endurance,fuzz/fuzz,simulation/simulation,streams/leaks,tls/testssl}.test.ts',
];

const cores = availableParallelism();

export default defineConfig({
  test: {
    // Real processes on small machines: slow is not wrong, and every wait inside the tests has a limit of its own.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    globalSetup: ['test/support/programs-folder.ts'],
    setupFiles: ['test/support/settled-imports.ts'],
    expect: { poll: { timeout: WAIT_LIMIT_MS } },
    // The certificates of tests are of a CA of their own.
    env: { XDG_DATA_HOME: join(import.meta.dirname, 'node_modules/.cache/tests') },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: E2E,
          // They wait a third of their time: with three workers, two cores do nothing for 27% of theirs, with four for 12%.
          maxWorkers: Math.max(4, cores),
          // A worker of its own for each of 150 files takes as long as a third of all tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // For other versions of Node.
          name: 'nodes',
          include: OTHER_NODES,
          exclude: E2E,
          maxWorkers: Math.max(2, cores - 1),
          isolate: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: E2E,
          maxWorkers: Math.max(3, cores),
          // They share no state but what their pods leave, which is nothing.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: SLOW,
          env: { TEST_IN_FULL: 'yes' },
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slowest',
          include: SLOWEST,
          env: { TEST_IN_FULL: 'yes' },
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
