import { describe, expect, it } from 'vitest';
import { readsAmbient } from '../../../src/config/known/ambient.ts';

describe('code has the same value each time', () => {
  it.each([
    "import { defineConfig } from 'sidecarctl';\nexport default defineConfig({ primary: { command: 'node server.js' } });",
    "import { port } from './lib/ports.ts';\nexport { port } from '../port.mjs';\nexport * from './all.js';",
    "import data from './data.json' with { type: 'json' };",
    "import type { PodConfig } from 'sidecarctl';\nexport default {} satisfies PodConfig;",
    "export default { primary: { command: 'node --require ./process.js' } }; // process.env",
    '/* Date.now() */ export default `Date.now() ${1 + 1}`;',
    'export default { process: 1, Date: 2, module: 3, this: 4, env: { constructor: 1 } };',
    'const names = ["a", "b"].map((name) => name.toUpperCase()).sort();\nexport default Object.fromEntries(names);',
    'const words = JSON.parse("[]");\nexport default Number(new URL("http://localhost:3000").port);',
    'export default { readiness: { log: /^ready (?:at|on) \\d+$/i } };',
    'enum Color { Red }\nexport default { color: Color.Red };',
    "if (true as boolean) throw new Error('no');",
    'const { a, ...rest } = { a: 1 }; export default rest;',
  ])('%s', (code) => {
    expect(readsAmbient(code)).toBe(false);
  });
});

describe('code may have another value next time', () => {
  it.each([
    'export default process.env.PORT;',
    'export default { port: process.env.PORT };',
    'export default { process };',
    'export default true ? process : 1;',
    'export default `${process.cwd()}`;',
    'export default `${`${Date.now()}`}`;',
    'export default String.raw`${Math.random()}`;',
    'export default new Date();',
    'export default new Intl.DateTimeFormat();',
    'export default (1).toLocaleString();',
    "export default 'a'.localeCompare('b');",
    'export default globalThis["pro" + "cess"];',
    'export default global.process;',
    'export default await fetch("http://localhost");',
    'setTimeout(() => undefined, 1);',
    'export default Reflect.ownKeys({});',
    'export default new WebAssembly.Module();',
    'export default eval("1");',
    "export default Function('return 1')();",
    "export default (() => 1)['constructor']('return process')();",
    'export default (() => 1)[`constructor`];',
    'export default (() => 1).constructor("return process")();',
    'export default pr\\u006fcess.env;',
    'export default new Error().stack;',
    'Error.prepareStackTrace = (error, sites) => sites;',
    'export default "a b".replace(/a/, "") && RegExp.rightContext;',
    'export default (function () { return this; })();',
    'export default (function () { return arguments; })();',
    "export default require('node:os').hostname();",
    "import fs = require('fs');",
    'module.exports = {};',
    'exports.port = 1;',
    'export default __dirname;',
    "import os from 'node:os';",
    "import os from 'os';",
    "import 'dotenv/config';",
    "import base, { type Base } from 'base';",
    "import * as all from 'sidecarctl/other';",
    "import { startPod } from 'sidecarctl';",
    "import type { Base } from 'base';",
    "export { a } from 'a';",
    "export * from 'a';",
    "export * as a from /* here */ 'a';",
    "import a from '#a';",
    "import a from 'file:///a.js';",
    "import a from '/a.js';",
    "import data from 'data' with { type: 'json' };",
    "export default await import('./a.js');",
    "export default await import(`./${'a'}.js`);",
    'export default import.meta.dirname;',
    'export default import /* the */ .meta.url;',
    'export default { get port() { return process.env.PORT; } };',
    'export default { run() { debugger; return performance.now(); } };',
    'const { env: { HOME } } = process;',
    'export default a! / process.env.HOME / 2;',
    'namespace A { export const b = process.pid; }',
  ])('%s', (code) => {
    expect(readsAmbient(code)).toBe(true);
  });

  it('it names a global that only some have', () => {
    expect(readsAmbient('export default ours;')).toBe(false);
    expect(readsAmbient('export default ours;', ['ours'])).toBe(true);
  });
});
