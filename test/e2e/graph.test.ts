import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { configFile, Project } from '../support/project.ts';
import { treeOf } from '../support/tree-of.ts';

const command = 'touch started';

const shop = {
  name: 'shop',
  init: {
    migrate: { command, dependsOn: ['redis'] },
    seed: { command, dependsOn: ['migrate'] },
  },
  sidecars: {
    redis: { command: ['no-such-redis'], ports: { main: 'auto' } },
    cache: { command, dependsOn: { redis: { condition: 'started', restart: true } } },
    metrics: { command, dependsOn: { cache: { required: false } } },
    debugger: { command, autostart: false },
    proxy: { command, dependsOn: ['web'] },
  },
  primary: { name: 'web', command, dependsOn: ['seed', 'cache', 'metrics'] },
};

const run = hostCommands();

/** What `graph` prints; it must leave the folder as it was. */
const graph = async (config: object, ...args: string[]): Promise<string> => {
  await using project = await Project.create({ 'sidecars.config.ts': configFile(config) });
  const { code, stdout, stderr } = await run(['graph', ...args], project.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await treeOf(project.folder)).toEqual(['sidecars.config.ts']);
  return stdout;
};

describe('the start order is drawn', () => {
  it('as a tree, from what is up last to what is up first', async () => {
    expect(await graph(shop)).toMatchInlineSnapshot(`
      "shop
      ├─ debugger (sidecar, not started)
      └─ proxy (sidecar)
         └─ web (primary), once ready
            ├─ seed (init), once completed
            │  └─ migrate (init), once completed
            │     └─ redis (sidecar), once ready
            ├─ cache (sidecar), once ready
            │  └─ redis (sidecar), once started, restarts with it
            └─ metrics (sidecar), once ready
               └─ cache (sidecar), once ready, not required …
      "
    `);
    expect(await graph(shop, '--format', 'tree')).toBe(await graph(shop));
  });

  it('for Mermaid', async () => {
    expect(await graph(shop, '--format', 'mermaid')).toMatchInlineSnapshot(`
      "flowchart LR
        p1["redis"]
        p2(["migrate"])
        p3(["seed"])
        p4["cache"]
        p5["metrics"]
        p6["debugger"]
        p7[["web"]]
        p8["proxy"]
        p1 -->|"ready"| p2
        p2 -->|"completed"| p3
        p1 -->|"started, restarts with it"| p4
        p4 -->|"ready, not required"| p5
        p3 -->|"completed"| p7
        p4 -->|"ready"| p7
        p5 -->|"ready"| p7
        p7 -->|"ready"| p8
      "
    `);
  });

  it('for Graphviz', async () => {
    expect(await graph(shop, '--format', 'dot')).toMatchInlineSnapshot(`
      "digraph "shop" {
        rankdir=LR;
        "redis" [shape=box];
        "migrate" [shape=ellipse];
        "seed" [shape=ellipse];
        "cache" [shape=box];
        "metrics" [shape=box];
        "debugger" [shape=box];
        "web" [shape=doubleoctagon];
        "proxy" [shape=box];
        "redis" -> "migrate" [label="ready"];
        "migrate" -> "seed" [label="completed"];
        "redis" -> "cache" [label="started, restarts with it"];
        "cache" -> "metrics" [label="ready, not required"];
        "seed" -> "web" [label="completed"];
        "cache" -> "web" [label="ready"];
        "metrics" -> "web" [label="ready"];
        "web" -> "proxy" [label="ready"];
      }
      "
    `);
  });

  it('as JSON, in start order', async () => {
    expect(JSON.parse(await graph(shop, '--format', 'json'))).toMatchInlineSnapshot(`
      {
        "name": "shop",
        "processes": [
          {
            "dependsOn": [],
            "name": "redis",
            "role": "sidecar",
            "wanted": true,
          },
          {
            "dependsOn": [
              {
                "condition": "ready",
                "process": "redis",
                "required": true,
                "restart": false,
              },
            ],
            "name": "migrate",
            "role": "init",
            "wanted": true,
          },
          {
            "dependsOn": [
              {
                "condition": "completed",
                "process": "migrate",
                "required": true,
                "restart": false,
              },
            ],
            "name": "seed",
            "role": "init",
            "wanted": true,
          },
          {
            "dependsOn": [
              {
                "condition": "started",
                "process": "redis",
                "required": true,
                "restart": true,
              },
            ],
            "name": "cache",
            "role": "sidecar",
            "wanted": true,
          },
          {
            "dependsOn": [
              {
                "condition": "ready",
                "process": "cache",
                "required": false,
                "restart": false,
              },
            ],
            "name": "metrics",
            "role": "sidecar",
            "wanted": true,
          },
          {
            "dependsOn": [],
            "name": "debugger",
            "role": "sidecar",
            "wanted": false,
          },
          {
            "dependsOn": [
              {
                "condition": "completed",
                "process": "seed",
                "required": true,
                "restart": false,
              },
              {
                "condition": "ready",
                "process": "cache",
                "required": true,
                "restart": false,
              },
              {
                "condition": "ready",
                "process": "metrics",
                "required": true,
                "restart": false,
              },
            ],
            "name": "web",
            "role": "primary",
            "wanted": true,
          },
          {
            "dependsOn": [
              {
                "condition": "ready",
                "process": "web",
                "required": true,
                "restart": false,
              },
            ],
            "name": "proxy",
            "role": "sidecar",
            "wanted": true,
          },
        ],
      }
    `);
  });
});

describe('the graph says that by default', () => {
  it('the primary waits for all init tasks and for all sidecars that do not depend on it', async () => {
    const { processes } = JSON.parse(
      await graph(
        {
          init: { seed: { command } },
          sidecars: {
            redis: { command },
            proxy: { command, dependsOn: ['primary'] },
            tail: { command, dependsOn: ['proxy'] },
          },
          primary: { command },
        },
        '--format',
        'json',
      ),
    );

    const gates = processes.map(
      ({ name, dependsOn }: { name: string; dependsOn: { process: string; condition: string }[] }) =>
        `${name}: ${dependsOn.map(({ process, condition }) => `${process} ${condition}`).join(', ')}`,
    );
    expect(gates).toEqual([
      'seed: ',
      'redis: ',
      'primary: seed completed, redis ready',
      'proxy: primary ready',
      'tail: proxy ready',
    ]);
  });
});

describe('a selection', () => {
  it('shows what --only leaves to start, with what it depends on', async () => {
    const { processes } = JSON.parse(await graph(shop, '--only', 'seed', '--format', 'json'));

    const wanted = processes.filter((process: { wanted: boolean }) => process.wanted);
    expect(wanted.map(({ name }: { name: string }) => name)).toEqual(['redis', 'migrate', 'seed']);
  });

  it('takes what --without names out of everybody’s way', async () => {
    expect(await graph(shop, '--without', 'cache,metrics')).toMatchInlineSnapshot(`
      "shop
      ├─ cache (sidecar, not started)
      │  └─ redis (sidecar), once started, restarts with it
      ├─ metrics (sidecar, not started)
      ├─ debugger (sidecar, not started)
      └─ proxy (sidecar)
         └─ web (primary), once ready
            └─ seed (init), once completed
               └─ migrate (init), once completed
                  └─ redis (sidecar), once ready
      "
    `);
  });
});

it('a port that is taken and a command that is missing do not matter to a look at the order', async () => {
  const config = { sidecars: { redis: { command: ['no-such'], ports: { main: 1 } } }, primary: { command } };

  expect(await graph({ name: 'pod', ...config })).toContain('redis (sidecar), once ready');
});
