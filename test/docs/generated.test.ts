import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { configJsonSchema } from '../../src/config/schema/json-schema.ts';
import { PRESETS } from '../../src/sidecars/presets.ts';
import { commandPages } from './command-reference.ts';
import type { SchemaNode } from './config-reference.ts';
import { generatedPages } from './pages.ts';

describe('a page that is made of the code', () => {
  it.each(generatedPages.map((page) => [basename(page.path), page] as const))(
    'is up to date: %s',
    async (_name, page) => {
      const made = await page.make();
      expect(readFileSync(page.path, 'utf8'), "it is not: 'npm run docs' makes it anew").toBe(made);
    },
  );
});

const pageText = (name: string): string =>
  readFileSync(generatedPages.find(({ path }) => basename(path) === name)?.path ?? name, 'utf8');

test('no default in the reference of the commands is a bare number of milliseconds', () => {
  expect(pageText('commands.md')).not.toMatch(/\| `?\d{4,}`? \|/);
});

test('the reference of the config tells a process from other groups of fields', () => {
  expect(pageText('config-reference.md')).toMatch(/^\| `ui` \| \[dashboard\]/m);
});

describe('the schema', () => {
  const fieldsIn = (node: unknown): ReadonlyArray<readonly [string, SchemaNode]> => {
    if (typeof node !== 'object' || node === null) return [];
    const { properties } = node as SchemaNode;
    const own = properties === undefined || typeof properties !== 'object' ? [] : Object.entries(properties);
    return [...own, ...Object.values(node).flatMap(fieldsIn)];
  };

  it('says of every field what it means', () => {
    const fields = fieldsIn(configJsonSchema(PRESETS));
    expect(fields.length).toBeGreaterThan(60);
    expect(fields.filter(([, { description }]) => description === undefined).map(([name]) => name)).toEqual(
      [],
    );
  });
});

const pages = await commandPages();

describe('every command', () => {
  it.each(pages.map((page) => [page.name, page] as const))('has an example in its help: %s', (name, page) => {
    expect(page.after).toMatch(new RegExp(`^Examples:\\n(.*\\n)*? {2}\\$ .*sidecarctl ${name}\\b`, 'm'));
  });
});
