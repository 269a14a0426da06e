import { type AsyncHook, createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';

/** The traces that foreign code leaves in the process that it shares with sidecarctl. */
interface ProcessTraces {
  /**
   * Returns true if something that all code in the process uses has changed: a global, a listener, the working folder.
   */
  hasChanged(): boolean;
  /** Returns the same for the objects that code needs which only waits for a promise. It takes almost no time. */
  hasChangedPromises(): boolean;
  /** Restores globals and their methods. Returns false if that is not possible. */
  restore(): boolean;
  /**
   * Resolves with true if something is left that calls foreign code later: a timer, a connection, a watcher. Ends the
   * tracing.
   */
  hasLeftBehind(): Promise<boolean>;
}

/** Copied here, because the traced code may replace them. */
const { apply, defineProperty, deleteProperty, getPrototypeOf, isExtensible, ownKeys } = Reflect;
const { is } = Object;
const { cwd, hasUncaughtExceptionCaptureCallback } = process;
const { rawListeners, eventNames } = EventEmitter.prototype;
const nextTurn = setImmediate;

/** These end before the turn of the event loop in which they began. */
const SHORT_LIVED = new Set(['PROMISE', 'Microtask', 'TickObject']);
/** Node reports an end up to a turn later. */
const TURNS = 3;

/**
 * Begins to trace what other code does to this process. A check takes a tenth of a millisecond, the first one five.
 *
 * @example
 * const traces = traceProcess();
 * await runForeignCode();
 * if (traces.hasChanged() || (await traces.hasLeftBehind())) startAnew();
 */
export const traceProcess = (): ProcessTraces => {
  const before = look();
  const live = new Map<number, Resource>();
  watching = live;
  hook ??= createHook(CALLBACKS).enable();
  // Timers report their end themselves, and at once.
  const isLeft = (): boolean => [...live.values()].some(({ _destroyed: isOver }) => isOver !== true);
  return {
    hasChanged: () => isOther(before, look()),
    hasChangedPromises: () => {
      const now = lookAtPromises();
      return isOther(before, now, now.values.length);
    },
    restore: () => putBack(before),
    hasLeftBehind: async () => {
      for (let turn = 0; turn < TURNS && isLeft(); turn++) await new Promise((resolve) => nextTurn(resolve));
      watching = null;
      return isLeft();
    },
  };
};

/** Ends all tracing, when no other code runs any more. */
export const stopTracing = (): void => {
  hook?.disable();
  hook = null;
};

interface Resource {
  readonly _destroyed?: boolean;
}

/** One hook for all traces, because enabling another one takes milliseconds. */
let hook: AsyncHook | null = null;
let watching: Map<number, Resource> | null = null;

const CALLBACKS = {
  init: (id: number, type: string, _: number, resource: Resource) => {
    if (!SHORT_LIVED.has(type)) watching?.set(id, resource);
  },
  destroy: (id: number) => {
    watching?.delete(id);
  },
  /** Node knows this option from 24.9 on. */
  trackPromises: false,
};

/** Some getters of the language throw when they are read here. */
const GETTERS = new Set<PropertyKey>(['size', '__proto__']);

/** Objects whose every property is compared, and additions too. Those that an `await` needs come first. */
const WHOLE: readonly object[] = [
  ...[Promise, Promise.prototype, Object.prototype, Array.prototype, getPrototypeOf([].values()) as object],
  ...[Object, String.prototype, Map.prototype, Set.prototype, EventEmitter.prototype, JSON],
  ...[new Map().values(), new Set().values()].map((iterator) => getPrototypeOf(iterator) as object),
];
const OF_PROMISES = 5;

/**
 * Objects of which only these properties are compared: reading all of them takes milliseconds, because Node loads some
 * modules for that. `node:child_process` takes 3 ms and is left out: a config that replaces its functions replaces them
 * for hooks and probes too.
 */
const NAMED: ReadonlyArray<readonly [shared: object, keys: readonly string[]]> = (
  [
    [
      globalThis,
      'Array Buffer Error Function JSON Map Math Number Object Promise RegExp Set String Symbol clearImmediate clearInterval clearTimeout console global globalThis process queueMicrotask setImmediate setInterval setTimeout',
    ],
    [
      process,
      '_kill abort chdir cwd emit emitWarning execve exit getgid getuid hrtime kill nextTick on off reallyExit removeListener umask',
    ],
    [Function.prototype, 'apply bind call toString'],
    [RegExp.prototype, 'exec test'],
    [Array, 'from isArray of'],
    [Number, 'isFinite isInteger isNaN isSafeInteger parseFloat parseInt'],
    [Math, 'abs ceil floor max min random round trunc'],
    [Reflect, 'apply get getPrototypeOf has ownKeys set'],
    [Buffer, 'alloc allocUnsafe byteLength concat from isBuffer'],
    [Buffer.prototype, 'indexOf slice subarray toString write'],
    [console, 'error log warn'],
    [
      fs,
      'chmodSync closeSync existsSync fstatSync lstatSync mkdirSync openSync readFileSync readSync readdirSync readlinkSync realpathSync renameSync rmSync statSync symlinkSync unlinkSync watch writeFileSync writeSync',
    ],
  ] as const
).map(([shared, keys]) => [shared, keys.split(' ')]);

interface Facts {
  /** Owner and key of each of the `values`; null for a value that is not a property. */
  readonly objects: Array<object | null>;
  readonly keys: Array<PropertyKey | null>;
  readonly values: unknown[];
}

const look = (): Facts => {
  const facts = lookAtPromises();
  for (let index = OF_PROMISES; index < WHOLE.length; index++) lookAtAll(facts, WHOLE[index] as object);
  for (let index = 1; index < NAMED.length; index++) lookAtNamed(facts, index);
  note(facts, null, null, cwd());
  note(facts, null, null, hasUncaughtExceptionCaptureCallback());
  const events = apply(eventNames, process, []);
  for (let index = 0; index < events.length; index++) {
    const listeners = apply(rawListeners, process, [events[index] as string]);
    for (let each = 0; each < listeners.length; each++) note(facts, null, null, listeners[each]);
  }
  return facts;
};

const lookAtPromises = (): Facts => {
  const facts: Facts = { objects: [], keys: [], values: [] };
  note(facts, null, null, isExtensible(process));
  lookAtNamed(facts, 0);
  for (let index = 0; index < OF_PROMISES; index++) lookAtAll(facts, WHOLE[index] as object);
  return facts;
};

const lookAtAll = (facts: Facts, shared: object): void => {
  const keys = ownKeys(shared);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    if (!GETTERS.has(key)) note(facts, shared, key, (shared as Record<PropertyKey, unknown>)[key]);
  }
};

const lookAtNamed = (facts: Facts, at: number): void => {
  const { 0: shared, 1: keys } = NAMED[at] as (typeof NAMED)[number];
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    note(facts, shared, key, (shared as Record<string, unknown>)[key]);
  }
};

/** Avoids methods of lists, because these may have been replaced. */
const note = (facts: Facts, shared: object | null, key: PropertyKey | null, value: unknown): void => {
  const at = facts.values.length;
  facts.objects[at] = shared;
  facts.keys[at] = key;
  facts.values[at] = value;
};

const isOther = (before: Facts, after: Facts, count = before.values.length): boolean => {
  if (after.values.length !== count) return true;
  for (let at = 0; at < count; at++) if (!is(before.values[at], after.values[at])) return true;
  return false;
};

const putBack = (before: Facts): boolean => {
  for (let index = 0; index < WHOLE.length; index++) removeAdded(WHOLE[index] as object, before);
  let isWhole = true;
  for (let at = 0; at < before.values.length; at++) {
    const shared = before.objects[at] as Record<PropertyKey, unknown> | null;
    if (shared === null) continue;
    const key = before.keys[at] as PropertyKey;
    const value = before.values[at];
    if (is(shared[key], value)) continue;
    if (!defineProperty(shared, key, { value, writable: true, configurable: true })) isWhole = false;
  }
  return isWhole;
};

/** Removes properties that were added to every object, list and promise. */
const removeAdded = (shared: object, before: Facts): void => {
  const keys = ownKeys(shared);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as PropertyKey;
    let isKnown = GETTERS.has(key);
    for (let at = 0; at < before.values.length; at++)
      if (before.objects[at] === shared && before.keys[at] === key) isKnown = true;
    if (!isKnown) deleteProperty(shared, key);
  }
};
