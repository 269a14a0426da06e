import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { makeFolder } from './support.ts';

interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Node[];
  readonly description?: string;
}

const schema = configJsonSchema() as Node;

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

const processFields = [
  'description',
  'command',
  'cwd',
  'env',
  'envFile',
  'ports',
  'mounts',
  'dependsOn',
  'isolate',
  'startup',
  'readiness',
  'liveness',
  'postStart',
  'preStop',
  'restart',
  'essential',
  'stop',
  'watch',
  'autostart',
  'tty',
];

describe('the JSON schema', () => {
  it('has every field of a pod, and requires a primary', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual([
      '$schema',
      'name',
      'env',
      'envFile',
      'volumes',
      'init',
      'sidecars',
      'primary',
      'stop',
      'ui',
    ]);
    expect(schema.required).toEqual(['primary']);
  });

  it('has every field of a process, described, and requires a command', () => {
    for (const section of ['init', 'sidecars'] as const) {
      const { properties = {}, required } = processNode(section);
      expect(Object.keys(properties)).toEqual(processFields);
      expect(required).toEqual(['command']);
      expect(Object.values(properties).every((field) => field.description !== undefined)).toBe(true);
    }
    const primary = follow(schema.properties?.['primary']);
    expect(Object.keys(primary.properties ?? {})).toEqual(['name', ...processFields]);
    expect(primary.required).toEqual(['command']);
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
    const script = fileURLToPath(new URL('../../src/config/write-json-schema.ts', import.meta.url));
    execFileSync(process.execPath, [script, file]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});

// Zod reads JSON schemas too, so it can stand in for an editor.
describe('an editor with the JSON schema', () => {
  const editor = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema);
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
  ])('lets %j pass', (config) => {
    expect(editor.safeParse(config).success).toBe(true);
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
  ])('marks %j', (config) => {
    expect(editor.safeParse(config).success).toBe(false);
  });
});
