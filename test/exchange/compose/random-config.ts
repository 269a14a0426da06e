import type { Random } from '../../support/random.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A config of containers with any mixture of what a Compose file can have. */
export const randomConfig = (random: Random): Fields => new Maker(random).config();

const VOLUMES = { data: { persist: true }, more: { persist: true }, src: { path: './src' } };

class Maker {
  readonly #random: Random;
  /** Ports of the processes so far, by process. */
  readonly #ports = new Map<string, readonly string[]>();
  readonly #roles = new Map<string, string>();
  #number = 1000;

  constructor(random: Random) {
    this.#random = random;
  }

  config(): Fields {
    const stop = this.#some(0.2, () => ({ grace: '20s' }));
    const init = this.#section('init', ['migrate', 'seed'].slice(0, this.#random.upTo(2)));
    const sidecars = this.#section('sidecar', ['cache', 'db', 'log'].slice(0, this.#random.upTo(3)));
    const primary = { name: 'web', ...this.#process('web', 'primary') };
    const edge = this.#random.chance(0.3) ? this.#section('sidecar', ['edge'], ['web']) : {};
    return compact({
      name: 'shop',
      stop,
      volumes: VOLUMES,
      init,
      sidecars: { ...sidecars, ...edge },
      primary,
    });
  }

  #section(role: string, names: readonly string[], needs: readonly string[] = []): Fields {
    return Object.fromEntries(
      names.map((name) => {
        const process = this.#process(name, role);
        const dependsOn =
          needs.length === 0
            ? process['dependsOn']
            : Object.fromEntries(needs.map((each) => [each, 'ready']));
        return [name, compact({ ...process, dependsOn })];
      }),
    );
  }

  #process(name: string, role: string): Fields {
    const others = [...this.#ports].flatMap(([process, ports]) => ports.map((port) => `${process}.${port}`));
    const ports = role === 'init' ? undefined : this.#some(0.6, () => this.#portFields());
    const first = Object.keys(ports ?? {})[0];
    const address = others.length === 0 ? 'nothing' : `localhost:\${ports.${this.#random.pick(others)}}`;
    const dependsOn = this.#some(0.7, () => this.#dependencies(role));
    if (ports !== undefined && role !== 'init') this.#ports.set(name, Object.keys(ports));
    this.#roles.set(name, role);
    return compact({
      image: `${name}:1`,
      pull: this.#some(0.1, () => 'always'),
      command: this.#some(0.4, () => this.#random.pick<unknown>([['run', 'a b'], 'echo $HOME && run'])),
      args: this.#some(0.3, () => ['--to', address, '$x', "it's"]),
      workingDir: this.#some(0.2, () => '/srv'),
      user: this.#some(0.2, () => this.#random.pick(['999:999', 'app'])),
      env: this.#some(0.7, () => ({
        TO: `http://${address}/x`,
        TEXT: 'a$b',
        TOKEN: '${env.TOKEN}',
        DIR: '${volumes.more}/a',
      })),
      ports,
      mounts: this.#some(0.4, () => this.#mounts()),
      watch: role === 'init' ? undefined : this.#some(0.2, () => ['src', 'conf/app.json']),
      liveness: role === 'init' ? undefined : this.#some(0.1, () => this.#probe(first, 3)),
      files: this.#some(0.3, () => ({
        conf: `to ${address} $x\n`,
        'key.pem': { content: '${env.TOKEN}', secret: true },
      })),
      dependsOn,
      startup: role === 'init' ? undefined : this.#some(0.2, () => this.#probe(first, 10)),
      readiness: role === 'init' ? undefined : this.#some(0.6, () => this.#readiness(first)),
      postStart:
        role === 'init'
          ? undefined
          : this.#some(0.2, () => this.#random.pick<unknown>(['warm $UP', ['warm', 'up']])),
      preStop: role === 'init' ? undefined : this.#some(0.2, () => ['bye']),
      restart:
        role === 'init'
          ? undefined
          : this.#some(0.3, () => this.#random.pick(['always', 'on-failure', 'never'])),
      stop: this.#some(0.2, () => compact({ signal: this.#some(0.5, () => 'SIGINT'), grace: '3s' })),
      autostart: role === 'sidecar' ? this.#some(0.1, () => false) : undefined,
    });
  }

  #portFields(): Fields {
    const names = ['http', 'admin-api', 'udp'].slice(0, 1 + this.#random.upTo(2));
    return Object.fromEntries(
      names.map((name) => {
        this.#number += 1;
        const number = this.#number;
        const protocol = name === 'udp' ? { protocol: 'udp' } : {};
        return [
          name,
          this.#random.pick<unknown>([
            ...(name === 'udp' ? [] : [number]),
            { port: number, target: number + 4000, ...protocol },
            { port: 'auto', target: number, ...protocol },
          ]),
        ];
      }),
    );
  }

  #mounts(): Fields {
    return this.#random.pick<Fields>([
      { data: '/data' },
      { data: ['/data', { path: '/cache', readOnly: true }], more: '/more' },
      { data: { path: '/part', subPath: 'a/b' } },
      { src: ['/src', { path: '/conf', readOnly: true }] },
    ]);
  }

  #dependencies(role: string): Fields {
    const before = [...this.#roles].filter(([, other]) => role !== 'init' || other !== 'primary');
    return Object.fromEntries(
      before
        .filter(() => this.#random.chance(0.6))
        .map(([name, other]) => [
          name,
          other === 'init' ? 'completed' : this.#random.pick(['ready', 'started']),
        ]),
    );
  }

  #readiness(first: string | undefined): unknown {
    if (this.#random.chance(0.1)) return false;
    return this.#probe(first, 3);
  }

  #probe(first: string | undefined, failureThreshold: number): Fields {
    const targets: Fields[] = [{ exec: ['up', '$X'] }, { exec: 'up && true' }];
    if (first !== undefined && first !== 'udp') targets.push({ http: '/up?a=1&b' }, { tcp: first });
    const timing = this.#some(0.5, () => ({ period: '2s', timeout: '1500ms', failureThreshold })) ?? {};
    return { ...this.#random.pick(targets), ...timing };
  }

  #some<Value>(probability: number, make: () => Value): Value | undefined {
    return this.#random.chance(probability) ? make() : undefined;
  }
}

const compact = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
