import type { Kind } from '../../../src/exchange/kubernetes/export-options.ts';
import type { Random } from '../../support/random.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Ports by process: those that it can refer to. */
type Ports = ReadonlyMap<string, readonly string[]>;

export interface RandomConfig {
  readonly config: Fields;
  readonly kind: Kind;
}

/** A config of containers with any mixture of what can be exported, and of what is lost. */
export const randomConfig = (random: Random): RandomConfig => {
  const kind = random.pick(['deployment', 'statefulset', 'job', 'pod'] as const);
  const dice = new Dice(random, kind);
  return { config: random.chance(0.3) ? dice.apps() : dice.pod(), kind };
};

class Dice {
  readonly #random: Random;
  #nextPort = 3000;

  readonly #kind: Kind;

  constructor(random: Random, kind: Kind) {
    this.#random = random;
    this.#kind = kind;
  }

  pod(): Fields {
    const volumes = this.#volumes(['data', 'tmp']);
    const init = this.#some(['migrate', 'seed'], 0.4);
    const sidecars = this.#some(['db', 'cache', 'edge', 'log'], 0.5);
    const members = this.#members(init, sidecars, 'web', Object.keys(volumes), new Map());
    return {
      name: 'shop',
      ...this.#maybe(0.3, () => ({ env: { SHARED: this.#text([]) } })),
      ...this.#stop(),
      volumes,
      ...members.companions,
      primary: { name: 'web', ...members.primary },
    };
  }

  apps(): Fields {
    const names = ['web', 'api', 'job'].slice(0, 2 + this.#random.upTo(1));
    const reachable = new Map<string, readonly string[]>();
    const apps: Record<string, Fields> = {};
    for (const name of names) {
      const instances = this.#random.chance(0.3) && this.#kind !== 'pod' ? 2 : undefined;
      // Only a StatefulSet has a claim for each instance.
      const volumes = this.#volumes(['data'], instances === undefined || this.#kind === 'statefulset');
      const sidecars = this.#some(['log', 'mesh'], 0.5);
      const init = this.#some(['prepare'], 0.3);
      const members = this.#members(
        init,
        sidecars,
        name,
        Object.keys(volumes),
        reachable,
        instances !== undefined,
      );
      apps[name] = {
        volumes,
        ...members.companions,
        primary: withoutUndefined({ ...members.primary, instances }),
      };
      if (instances === undefined)
        reachable.set(name, Object.keys((members.primary['ports'] ?? {}) as Fields));
    }
    return { name: 'shop', ...this.#stop(), apps };
  }

  #members(
    init: readonly string[],
    sidecars: readonly string[],
    primary: string,
    volumes: readonly string[],
    outside: Ports,
    isMany = false,
  ): { readonly companions: Fields; readonly primary: Fields } {
    const names = [...init, ...sidecars, primary];
    const ports = new Map(names.map((name) => [name, this.#ports(isMany)]));
    const reachable = new Map([...ports].map(([name, own]) => [name, Object.keys(own)] as const));
    const built = new Map<string, Fields>();
    for (const name of names) {
      const before = name === primary ? this.#before(primary, built) : names.slice(0, names.indexOf(name));
      const role = name === primary ? 'primary' : init.includes(name) ? 'init' : 'sidecar';
      const around = { own: name, ports: ports.get(name) ?? {}, reachable, outside, volumes };
      built.set(name, this.#process(role, { ...around, before, init, primary }));
    }
    const group = (all: readonly string[]): Fields | undefined =>
      all.length === 0 ? undefined : Object.fromEntries(all.map((name) => [name, built.get(name)]));
    return {
      companions: withoutUndefined({ init: group(init), sidecars: group(sidecars) }),
      primary: built.get(primary) ?? {},
    };
  }

  /** What the primary can wait for: nothing that waits for it. Most of the time it leaves that open. */
  #before(primary: string, built: ReadonlyMap<string, Fields>): readonly string[] {
    if (this.#random.chance(0.7)) return [];
    const late = new Set([primary]);
    for (const [name, { dependsOn = [] }] of built) {
      const awaited = Array.isArray(dependsOn) ? dependsOn : Object.keys(Object(dependsOn));
      if (awaited.some((each) => late.has(each))) late.add(name);
    }
    return [...built.keys()].filter((name) => !late.has(name));
  }

  #process(role: string, around: Around): Fields {
    const random = this.#random;
    const { ports, volumes } = around;
    const tcp = Object.entries(ports).flatMap(([name, port]) => (isUdp(port) ? [] : [name]));
    const files = this.#files(around);
    const refs = this.#references(around, Object.keys(files));
    return withoutUndefined({
      image: this.#oneOf(['app:1', 'registry.example/app:latest', 'localhost:5000/app', 'app@sha256:0f']),
      pull: this.#oneOf([undefined, undefined, 'always', 'never', 'missing']),
      command: this.#oneOf([
        undefined,
        `run ${this.#text(refs)} && echo $$ $HOME`,
        ['run', this.#text(refs), this.#text([])],
      ]),
      args: random.chance(0.4) ? [this.#text(refs), this.#text([])] : undefined,
      workingDir: random.chance(0.2) ? '/srv/app' : undefined,
      user: this.#oneOf([undefined, undefined, '1000', '1000:50', '0:0']),
      env: random.chance(0.6)
        ? {
            ONE: this.#text(refs),
            TWO: this.#text(refs),
            HOME: '${env.HOME}',
            NUMBER: 7,
            ON: true,
          }
        : undefined,
      ports: Object.keys(ports).length === 0 ? undefined : ports,
      mounts: this.#mounts(volumes, Object.keys(files)),
      files: Object.keys(files).length === 0 ? undefined : files,
      startup: random.chance(0.2) ? this.#probe('startup', tcp) : undefined,
      readiness: random.chance(0.4)
        ? this.#probe('readiness', tcp)
        : this.#oneOf([undefined, undefined, false]),
      liveness: random.chance(0.3) ? this.#probe('liveness', tcp) : undefined,
      postStart: random.chance(0.2) ? this.#hook(tcp) : undefined,
      preStop: random.chance(0.2) ? this.#hook(tcp) : undefined,
      restart: this.#restart(role),
      essential: role === 'sidecar' && random.chance(0.1) ? true : undefined,
      stop: random.chance(0.15)
        ? this.#oneOf([{ signal: 'SIGINT' }, { grace: '3s' }, { command: ['quit', 'now'] }])
        : undefined,
      dependsOn: this.#dependencies(role, around),
    });
  }

  #volumes(names: readonly string[], areKept = true): Fields {
    return Object.fromEntries(
      this.#some(names, 0.5).map((name) => [name, areKept ? this.#oneOf([{}, { persist: true }]) : {}]),
    );
  }

  #mounts(volumes: readonly string[], files: readonly string[]): Fields | undefined {
    const places = [
      ...this.#some(volumes, 0.5).map((name) => [name, this.#places(`/mnt/${name}`, true)]),
      ...this.#some(files, 0.4).map((name) => [name, this.#places(`/etc/app/${name}`, false)]),
    ];
    return places.length === 0 ? undefined : Object.fromEntries(places);
  }

  /** Parts are of a volume only. */
  #places(path: string, hasParts: boolean): unknown {
    const part = hasParts ? { subPath: 'logs/old' } : {};
    return this.#oneOf<unknown>([
      path,
      [path, `${path}-too`],
      { path, readOnly: true },
      { path, ...part },
      [path, { path: `${path}-part`, ...part, readOnly: true }],
    ]);
  }

  /** Two instances cannot have one port. */
  #ports(isMany: boolean): Fields {
    const names = this.#some(['main', 'http', 'metrics'], 0.35);
    return Object.fromEntries(
      names.map((name) => {
        const number = this.#nextPort++;
        const protocol = this.#random.chance(0.2) ? { protocol: 'udp' } : {};
        const port = isMany || this.#random.chance(0.3) ? 'auto' : number;
        const target = port === 'auto' || this.#random.chance(0.2) ? { target: number } : {};
        const isShort = Object.keys({ ...protocol, ...target }).length === 0;
        return [name, isShort ? port : { port, ...target, ...protocol }];
      }),
    );
  }

  #files(around: Around): Fields {
    const refs = this.#references(around, []);
    return Object.fromEntries(
      this.#some(['conf', 'key.pem', '.hidden'], 0.25).map((name) => {
        const content = `${this.#text(refs)}\n$(HOME) $$ line\n`;
        const file = this.#oneOf([
          content,
          { content, mode: '0755' },
          { content, mode: '0640' },
          { content, secret: true },
          { content, onChange: 'none' },
        ]);
        return [name, file];
      }),
    );
  }

  #references({ own, reachable, outside, volumes }: Around, files: readonly string[]): readonly string[] {
    return [
      ...this.#addresses(new Map([...reachable, ...outside].filter(([process]) => process !== own))),
      ...volumes.map((volume) => `\${volumes.${volume}}/y`),
      ...files.map((file) => `\${files.${file}}`),
    ];
  }

  #addresses(ports: Ports): readonly string[] {
    return [...ports].flatMap(([process, own]) =>
      own.map((port) => `http://127.0.0.1:\${ports.${process}.${port}}/x`),
    );
  }

  #text(references: readonly string[]): string {
    const plain = [
      '',
      'a b',
      "it's",
      '$',
      '$$',
      '$(HOME)',
      '$$(HOME)',
      '"quoted"',
      'x=1,y=2',
      'ü',
      'line\nline',
      '#no',
      ': yes',
    ];
    const word = () =>
      references.length > 0 && this.#random.chance(0.5) ? this.#oneOf(references) : this.#oneOf(plain);
    return Array.from({ length: 1 + this.#random.upTo(2) }, word).join(' ');
  }

  #probe(name: string, tcp: readonly string[]): Fields {
    const own = tcp.length === 0 ? [] : this.#targets(tcp);
    const unasked = name === 'liveness' ? [] : [{ log: 'ready' }];
    return withoutUndefined({
      ...this.#oneOf([{ exec: ['check', '-x'] }, { exec: 'check | grep ok' }, ...own, ...own, ...unasked]),
      initialDelay: this.#oneOf([undefined, undefined, '2s', '300ms']),
      period: this.#oneOf([undefined, undefined, '10s', '500ms', '5s']),
      timeout: this.#oneOf([undefined, '3s', '200ms']),
      failureThreshold: this.#oneOf([undefined, undefined, 1, 7]),
      successThreshold: name === 'readiness' ? this.#oneOf([undefined, undefined, 2]) : undefined,
      grace: name === 'readiness' ? undefined : this.#oneOf([undefined, undefined, '4s', 0]),
    });
  }

  #targets(tcp: readonly string[]): readonly Fields[] {
    const port = this.#oneOf(tcp);
    return [
      { http: '/up?full=1' },
      { http: { port, path: '/up', headers: { Accept: 'x', 'X-Y': 'z' } } },
      { http: { port, path: '/tls', scheme: 'https' } },
      { http: { port, status: 204 } },
      { tcp: port },
      { grpc: port },
      { grpc: { port, service: 'db' } },
    ];
  }

  #hook(tcp: readonly string[]): unknown {
    const ofPort = tcp.length === 0 ? [] : [{ http: '/bye' }];
    return this.#oneOf([
      'say bye; sleep 1',
      ['bye', '$$', '$(HOME)'],
      { sleep: '2s' },
      { sleep: '20s' },
      { sleep: '1500ms' },
      ...ofPort,
    ]);
  }

  #restart(role: string): unknown {
    const policies = role === 'init' ? ['never', 'on-failure'] : ['never', 'on-failure', 'always'];
    const policy = this.#oneOf([undefined, ...policies]);
    if (!this.#random.chance(0.1)) return policy;
    return this.#oneOf([
      withoutUndefined({ policy, backoff: { max: '5s' } }),
      withoutUndefined({ policy, resetAfter: '1m' }),
      withoutUndefined({ policy, limit: { restarts: 3, within: '1m' } }),
    ]);
  }

  /** On what is declared before it; a sidecar now and then on the primary. */
  #dependencies(role: string, { before, init, primary }: Around): unknown {
    const random = this.#random;
    if (role === 'sidecar' && random.chance(0.15)) return { [primary]: this.#oneOf(['started', 'ready']) };
    const chosen = before.filter(() => random.chance(0.4));
    if (chosen.length === 0) return undefined;
    if (random.chance(0.5)) return chosen;
    return Object.fromEntries(
      chosen.map((name) => [
        name,
        init.includes(name)
          ? 'completed'
          : this.#oneOf(['started', 'ready', { restart: true }, { condition: 'ready', required: false }]),
      ]),
    );
  }

  #stop(): Fields {
    return this.#maybe(0.5, () => ({
      stop: this.#oneOf([{ grace: '30s' }, { grace: '4500ms' }, { grace: '20s', minimumGrace: '1s' }]),
    }));
  }

  /** Unlike that of the dice, one of the choices can be undefined. */
  #oneOf<T>(choices: readonly T[]): T {
    return choices[this.#random.upTo(choices.length - 1)] as T;
  }

  #some<T>(all: readonly T[], probability: number): readonly T[] {
    return all.filter(() => this.#random.chance(probability));
  }

  #maybe(probability: number, fields: () => Fields): Fields {
    return this.#random.chance(probability) ? fields() : {};
  }
}

interface Around {
  readonly own: string;
  readonly ports: Fields;
  readonly reachable: Ports;
  /** Ports of other apps. */
  readonly outside: Ports;
  readonly volumes: readonly string[];
  readonly before: readonly string[];
  readonly init: readonly string[];
  readonly primary: string;
}

const isUdp = (port: unknown): boolean => (Object(port) as Fields)['protocol'] === 'udp';

const withoutUndefined = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
