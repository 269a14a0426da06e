import { describe, expect, it } from 'vitest';
import { findSlotProblems } from '../../../src/config/schema/schema-problems.ts';
import { problemsOf } from '../support.ts';

const command = 'x';

/** An object with that key of its own, as JSON and YAML make it. */
const keyed = (name: string, value: unknown): object =>
  JSON.parse(`{${JSON.stringify(name)}: ${JSON.stringify(value)}}`);

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'isPrototypeOf',
];

/** Every place of a config in which the user chooses keys, or an object stands. */
const PLACES: Readonly<Record<string, (own: (value: unknown) => object) => object>> = {
  'a sidecar': (own) => ({ sidecars: own({ command }), primary: { command } }),
  'an init task': (own) => ({ init: own({ command }), primary: { command } }),
  'a volume': (own) => ({ volumes: own({}), primary: { command } }),
  'a port': (own) => ({ primary: { command, ports: own(1234) } }),
  'a variable of the pod': (own) => ({ env: own('1'), primary: { command } }),
  'a variable of a process': (own) => ({ primary: { command, env: own('1') } }),
  'a mount': (own) => ({ primary: { command, mounts: own('here') } }),
  'a dependency': (own) => ({ primary: { command, dependsOn: own('ready') } }),
  'a header': (own) => ({ primary: { command, readiness: { http: { port: 1, headers: own('1') } } } }),
  'a key of the dashboard': (own) => ({ ui: { keys: own('x') }, primary: { command } }),
  'a color of the dashboard': (own) => ({ ui: { theme: own('red') }, primary: { command } }),
  'an app': (own) => ({ apps: own({ primary: { command } }) }),
  'a process of an app': (own) => ({ apps: { web: { sidecars: own({ command }), primary: { command } } } }),
  'a field of the config': (own) => ({ ...own({ command: 42 }), primary: { command } }),
  'a field of a process': (own) => ({ primary: { command, ...own({ command: 42 }) } }),
  'a field of a probe': (own) => ({ primary: { command, readiness: { tcp: 1, ...own({ period: 0 }) } } }),
};

describe.each(NAMES)('%s is no name', (name) => {
  it.each(Object.entries(PLACES))('for %s', (_, place) => {
    const words = problemsOf(place((value) => keyed(name, value)));
    expect(words).toContain(`'${name}' has a meaning of its own in JavaScript and cannot be a name here`);
    expect(words.split('\n')).toHaveLength(1);
  });
});

describe('a prototype that is written in code', () => {
  it.each(Object.entries(PLACES))('is no %s', (_, place) => {
    const words = problemsOf(place((value) => ({ __proto__: keyed('fine', value) })));
    // A spread takes nothing of a prototype along.
    expect(words === 'no problem' || words.includes("'__proto__'")).toBe(true);
  });

  it.each([{ command: 42 }, {}, { fine: { command } }])('is refused whatever it holds', (prototype) => {
    expect(problemsOf({ sidecars: { __proto__: prototype }, primary: { command } })).toBe(
      "sidecars.__proto__: '__proto__' has a meaning of its own in JavaScript and cannot be a name here: choose another.",
    );
  });
});

it('a primary is not named so', () => {
  expect(problemsOf({ primary: { name: 'constructor', command } })).toContain('primary.name');
});

it('a function of the wiring returns no such variables', () => {
  const returned = findSlotProblems('environment', keyed('__proto__', '1'), ['primary', 'env']);
  expect(returned).toEqual([
    { kind: 'prototype-name', path: ['primary', 'env', '__proto__'], found: '__proto__' },
  ]);
});

it('instances of classes, patterns and objects without a prototype are taken as they are', () => {
  class Process {
    command = command;
  }
  const sidecars = Object.assign(Object.create(null), { db: new Process() });
  const readiness = { log: /ready/ };
  expect(problemsOf({ sidecars, primary: { command, readiness } })).toBe('no problem');
});

it.each(NAMES)('a reference to %s is one to something that is not there', (name) => {
  for (const reference of [`ports.${name}`, `ports.${name}.main`, `volumes.${name}`, `env.${name}`])
    expect(problemsOf({ primary: { command: `run \${${reference}}` } })).toMatch(
      /there is no|is not set|takes|reference/,
    );
});
