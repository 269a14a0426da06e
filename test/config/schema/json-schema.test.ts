import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../../src/config/schema/json-schema.ts';
import { PROCESS_FIELDS } from '../../../src/config/schema/process-fields.ts';
import { PRESETS } from '../../../src/sidecars/presets.ts';
import { makeFolder } from '../support.ts';

interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly description?: string;
}

const schema = configJsonSchema(PRESETS) as Node;

const follow = (node: Node | undefined): Node => {
  if (node === undefined) throw new Error('the schema has no such place');
  return node.$ref === undefined ? node : follow(schema.$defs?.[node.$ref.replace('#/$defs/', '')]);
};

const processNode = (section: 'init' | 'sidecars'): Node =>
  follow(follow(schema.properties?.[section]).additionalProperties as Node);

const objects = (node: unknown): readonly Node[] => {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(objects);
  return 'properties' in node && 'type' in node ? [node as Node, ...inner] : inner;
};

const processFields = Object.keys(PROCESS_FIELDS);

describe('the JSON schema', () => {
  it('has every field of a pod, and requires a primary or apps', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual([
      '$schema',
      'name',
      'env',
      'envFile',
      'volumes',
      'init',
      'sidecars',
      'primary',
      'apps',
      'stop',
      'container',
      'ui',
    ]);
    expect(schema.oneOf).toEqual([{ required: ['primary'] }, { required: ['apps'] }]);
  });

  it('has every field of a process, described, and requires a command or an image', () => {
    const { properties = {}, anyOf } = processNode('init');
    expect(Object.keys(properties)).toEqual(processFields);
    expect(anyOf).toEqual([{ required: ['command'] }, { required: ['image'] }]);
    expect(Object.values(properties).every((field) => field.description !== undefined)).toBe(true);
    const primary = follow(schema.properties?.['primary']);
    expect(Object.keys(primary.properties ?? {})).toEqual(['name', 'instances', ...processFields]);
    expect(primary.anyOf).toEqual(anyOf);
  });

  it('has every field of a sidecar, described, and requires a command, an image or a use', () => {
    const { properties = {}, required, oneOf } = processNode('sidecars');
    expect(new Set(Object.keys(properties))).toEqual(new Set(['use', 'with', 'engine', ...processFields]));
    expect([required, oneOf]).toEqual([
      undefined,
      [{ anyOf: [{ required: ['command'] }, { required: ['image'] }] }, { required: ['use'] }],
    ]);
    expect(Object.values(properties).every((field) => field.description !== undefined)).toBe(true);
  });

  it('has every field of an app, described, and requires its primary', () => {
    const app = follow(follow(schema.properties?.['apps']).additionalProperties as Node);
    expect(Object.keys(app.properties ?? {})).toEqual([
      'env',
      'envFile',
      'volumes',
      'init',
      'sidecars',
      'primary',
    ]);
    expect(app.required).toEqual(['primary']);
    expect(Object.values(app.properties ?? {}).every(({ description }) => description !== undefined)).toBe(
      true,
    );
    const primary = follow(app.properties?.['primary']);
    expect(Object.keys(primary.properties ?? {})).toEqual(['instances', ...processFields]);
  });

  it('takes no other fields, anywhere', () => {
    const all = objects(schema);
    expect(all.length).toBeGreaterThan(15);
    expect(all.filter((node) => node.additionalProperties !== false)).toEqual([]);
  });

  it('knows nothing of functions, and every reference leads somewhere', () => {
    const text = JSON.stringify(schema);
    expect(text).not.toContain('"not"');
    for (const [, name] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      expect(Object.keys(schema.$defs ?? {})).toContain(name);
    }
  });

  it('is written by the build’s script', () => {
    const file = join(makeFolder(), 'schema.json');
    const script = fileURLToPath(new URL('../../../src/sidecars/write-json-schema.ts', import.meta.url));
    execFileSync(process.execPath, [script, file]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});

describe('an editor with the JSON schema', () => {
  const accepts = new Ajv2020({ strict: false }).compile(schema);
  const primary = { command: 'node server.js' };

  it.each([
    { primary },
    { $schema: 'x', name: 'shop', volumes: { logs: {}, data: { persist: true } }, primary },
    { primary: { command: ['node', 'x'], ports: { http: 'auto', dns: { port: 53, protocol: 'udp' } } } },
    {
      primary: {
        ...primary,
        readiness: { http: { port: 'http', path: '/x' } },
        liveness: { tcp: 1, period: '2s' },
      },
    },
    { sidecars: { redis: { command: 'x', restart: { limit: { restarts: 1, within: '1m' } } } }, primary },
    {
      primary: {
        ...primary,
        dependsOn: { redis: { condition: 'ready' } },
        preStop: { sleep: 5 },
        readiness: false,
      },
    },
    { primary: { ...primary, instances: 2 } },
    {
      sidecars: { slow: { use: 'faults', with: { to: 'redis', for: ['primary'] }, env: { A: 1 } } },
      primary,
    },
    {
      sidecars: { redis: primary },
      apps: { web: { sidecars: { proxy: primary }, primary }, jobs: { primary } },
    },
  ])('lets %j pass', (config) => {
    expect(accepts(config)).toBe(true);
  });

  it.each([
    {},
    { primary: {} },
    { primary, sidecar: {} },
    { primary: { command: 5 } },
    { primary: { ...primary, comand: 'x' } },
    { primary: { ...primary, ports: { http: 0 } } },
    { primary: { ...primary, ports: { http: 'any' } } },
    { primary: { ...primary, readiness: { tcp: 1, period: '10' } } },
    { primary: { ...primary, restart: 'sometimes' } },
    { primary: { ...primary, dependsOn: { redis: 'up' } } },
    { sidecars: { Redis: primary }, primary },
    { sidecars: { slow: { use: 'faults' } }, primary },
    { sidecars: { slow: { use: 'fautls', with: { to: 'redis' } } }, primary },
    { sidecars: { slow: { use: 'faults', with: { too: 'redis' } } }, primary },
    { sidecars: { slow: { use: 'faults', with: { to: 'redis' }, engine: 'haproxy' } }, primary },
    { sidecars: { slow: { use: 'faults', with: { to: 'redis' }, command: 'x' } }, primary },
    { sidecars: { slow: {} }, primary },
    { primary: { ...primary, instances: 0 } },
    { apps: { web: { primary } }, primary },
    { apps: { web: primary } },
    { apps: { web: { primary: { ...primary, name: 'shop' } } } },
    { apps: { Web: { primary } } },
  ])('marks %j', (config) => {
    expect(accepts(config)).toBe(false);
  });
});
