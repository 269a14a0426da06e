import type { ReadVariable } from './known-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Notes what ready-made sidecars read besides the config while they become processes. */
export class ExpansionReads {
  readonly #variables = new Map<string, ReadVariable>();
  #isKnown = true;

  /** Variables, each with its value; null if something was read that cannot be compared later. */
  get variables(): readonly ReadVariable[] | null {
    return this.#isKnown ? [...this.#variables.values()] : null;
  }

  /** The same environment, whose reads are noted. `app` null: of the processes that all apps share. */
  watched(app: string | null, env: Environment): Environment {
    const note = (key: string | symbol): void => {
      if (typeof key === 'symbol') return;
      this.#variables.set(JSON.stringify([app, key]), { app, name: key, value: env[key] ?? null });
    };
    return new Proxy(env, {
      get: (target, key) => {
        note(key);
        return Reflect.get(target, key);
      },
      has: (target, key) => {
        note(key);
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor: (target, key) => {
        note(key);
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      ownKeys: (target) => {
        this.#isKnown = false;
        return Reflect.ownKeys(target);
      },
    });
  }

  /** A file may be a certificate, which is right today and has expired tomorrow. */
  file(): void {
    this.#isKnown = false;
  }
}
