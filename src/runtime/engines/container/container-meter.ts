import type { Milliseconds } from '../../../model/vocabulary.ts';
import type { Usage } from '../../usage/usage.ts';
import type { Meter } from '../engine.ts';
import type { ContainerCli } from './container-cli.ts';

/** docker watches for two seconds to tell how much CPU is used. */
const ANSWERS_WITHIN: Milliseconds = 10_000;

interface ContainerMeterOptions {
  readonly cli: ContainerCli;
  /** Measures everything that is a process below this one. */
  readonly machine: Meter | null;
  /** Processes by the names of their newest containers. */
  readonly processes: () => ReadonlyMap<string, string>;
}

/** Measures containers by what their engine tells, where they are not below this process. */
export class ContainerMeter implements Meter {
  readonly #options: ContainerMeterOptions;

  constructor(options: ContainerMeterOptions) {
    this.#options = options;
  }

  look(): Promise<ReadonlyMap<string, Usage>> {
    return this.#withContainers((meter) => meter.look());
  }

  lookClosely(): Promise<ReadonlyMap<string, Usage>> {
    return this.#withContainers((meter) => meter.lookClosely());
  }

  async #withContainers(
    look: (meter: Meter) => Promise<ReadonlyMap<string, Usage>>,
  ): Promise<ReadonlyMap<string, Usage>> {
    const { machine } = this.#options;
    const [own, contained] = await Promise.all([machine === null ? [] : look(machine), this.#ask()]);
    return new Map([...own, ...contained]);
  }

  async #ask(): Promise<readonly (readonly [string, Usage])[]> {
    const { cli, processes } = this.#options;
    const names = processes();
    if (names.size === 0) return [];
    const format = '{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.PIDs}}';
    const { stdout } = await cli.ask(['stats', '--no-stream', '--format', format], {
      timeout: ANSWERS_WITHIN,
    });
    return stdout.split('\n').flatMap((line) => {
      const [name = '', ...figures] = line.split('\t');
      const process = names.get(name);
      return process === undefined ? [] : [[process, usageIn(figures)] as const];
    });
  }
}

/** `12.50%`, `1.5MiB / 2GiB`, `3`. */
const usageIn = ([cpu = '', memory = '', processes = '']: readonly string[]): Usage => ({
  cpu: (Number.parseFloat(cpu) || 0) / 100,
  memory: bytesIn(memory.split('/')[0] ?? ''),
  processes: Number.parseInt(processes, 10) || 0,
});

const UNITS: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
};

const bytesIn = (text: string): number => {
  const [, number = '0', unit = 'B'] = /^([\d.]+)\s*(\w+)/.exec(text.trim()) ?? [];
  return Math.round(Number(number) * (UNITS[unit] ?? 1));
};
