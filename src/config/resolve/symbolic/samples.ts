import type { Slot } from '../../schema/parts.ts';
import { findSlotProblems } from '../../schema/schema-problems.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { declaredPorts, declaredVolumes } from '../resolve-pod.ts';
import type { WiringValues } from '../wiring.ts';
import { type Owner, RealWiring, type WiringInputs } from '../wiring-source.ts';
import { fillSymbols } from './fill-symbols.ts';
import { SAMPLES, type Sample, type Shape, StandIns } from './stand-ins.ts';
import { symbolicVariables } from './symbolic-variables.ts';
import type { ConfigSymbol } from './symbols.ts';
import type { Weaving } from './weave.ts';

/** The ports that have another number in each sample. `free-ports`: a number in the config stays as it is. */
export type Varying = 'every-port' | 'free-ports';

export interface HowToCall {
  readonly sample: Sample;
  readonly varying: Varying;
  /** A variable that is not set; `null`: all are. */
  readonly unset: string | null;
}

interface Watching {
  readonly slot: Slot;
  readonly onRead: (value: unknown) => void;
  readonly onList: () => void;
}

export type VariableSymbol = Extract<ConfigSymbol, { readonly is: 'variable' }>;
type PortSymbol = Extract<ConfigSymbol, { readonly is: 'port' }>;

/** The values of a config's symbols in each sample. */
export class Samples {
  readonly weaving: Weaving;
  readonly #loaded: LoadedConfig;
  readonly #standIns = new StandIns();
  readonly #wirings: Readonly<Record<Varying, readonly RealWiring[]>>;
  readonly #portByNumber = new Map<string, PortSymbol>();

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
    this.weaving = { standIns: this.#standIns, folder: loaded.folder };
    const wirings = (varying: Varying) =>
      SAMPLES.map(
        (sample) => new RealWiring(loaded, this.#inputs(sample, varying), { checkResult: findSlotProblems }),
      );
    this.#wirings = { 'every-port': wirings('every-port'), 'free-ports': wirings('free-ports') };
  }

  valuesFor(owner: Owner, how: HowToCall & Watching): WiringValues {
    const valueFor = this.valueIn(how.sample, how.slot);
    const env = symbolicVariables({
      ...how,
      valueFor: (name) => valueFor(this.variable(name, owner)),
    });
    return { ...this.#wiring(how).valuesFor(owner), env };
  }

  inputsOf(sample: Sample): WiringInputs {
    return this.#wiring({ sample, varying: 'every-port' });
  }

  /** The host at which others reach the port that has this number in a sample. */
  hostOf(sample: Sample, number: number, host: string): string {
    const at = this.#portByNumber.get(`${sample} ${number}`);
    if (at === undefined) throw new Error(`no port has the number ${number}`);
    const { process, port } = at;
    return this.valueIn(sample)({ is: 'host', process, port, isIpv6: host.includes(':') });
  }

  valueIn(sample: Sample, slot: Slot = 'variable'): (symbol: ConfigSymbol) => string {
    return (symbol) =>
      symbol.is === 'folder' ? this.#loaded.folder : this.#standIns.of(symbol, shapeIn(slot)).values[sample];
  }

  fill(woven: unknown, sample: Sample, slot?: Slot): unknown {
    return fillSymbols(woven, this.valueIn(sample, slot));
  }

  /** The symbols with which one of these values begins in the first sample. */
  symbolsOf(values: Iterable<unknown>): readonly ConfigSymbol[] {
    return [...values].flatMap((value) => this.#standIns.at(String(value), 0)?.symbol ?? []);
  }

  variable(name: string, { app }: Owner): VariableSymbol {
    const isOfApp = app !== null && Object.hasOwn(this.#loaded.appFileEnv[app.name] ?? {}, name);
    return { is: 'variable', name, app: isOfApp ? app.name : null, fallback: null };
  }

  /** A variable in an env file of the config is set wherever the config is used. */
  isInFiles({ name, app }: VariableSymbol): boolean {
    return app !== null || Object.hasOwn(this.#loaded.fileEnv, name);
  }

  #wiring({ sample, varying }: Pick<HowToCall, 'sample' | 'varying'>): RealWiring {
    const wiring = this.#wirings[varying][sample];
    if (wiring === undefined) throw new Error(`there is no sample ${sample}`);
    return wiring;
  }

  #inputs(sample: Sample, varying: Varying): WiringInputs {
    const valueFor = this.valueIn(sample);
    const ports = new Map<string, Map<string, number>>();
    for (const { process, name, port } of declaredPorts(this.#loaded)) {
      const symbol: PortSymbol = { is: 'port', process, port: name };
      const varies = varying === 'every-port' || port === 'auto';
      const number = varies ? Number(valueFor(symbol)) : port;
      ports.set(process, (ports.get(process) ?? new Map<string, number>()).set(name, number));
      if (varying === 'every-port') this.#portByNumber.set(`${sample} ${number}`, symbol);
    }
    const volumes = declaredVolumes(this.#loaded).map(
      ({ name }) => [name, valueFor({ is: 'volume', volume: name })] as const,
    );
    return { ports, volumes: new Map(volumes), filesFolder: valueFor({ is: 'files' }), env: {} };
  }
}

const shapeIn = (slot: Slot): Shape =>
  slot === 'http' || slot === 'tcp' || slot === 'grpc' ? 'digits' : 'word';
