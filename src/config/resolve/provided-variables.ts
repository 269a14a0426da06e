import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { EnvSpec, ProvidedVariable } from '../../model/pod-spec.ts';
import type { EnvValue } from '../types.ts';
import type { FilledProcess } from './filled-process.ts';
import { envValues } from './resolve-process.ts';
import type { Scope } from './scope.ts';

type Provided = EnvSpec['provided'];
type Injected = Pick<EnvSpec, 'services' | 'withoutServices' | 'injected'>;

/** In the value of a variable, until it is known who gets it. An environment has no zero bytes. */
export const RECEIVER = { name: '\0receiver.name\0', process: '\0receiver.process\0' };

/** A variable for one process, with the field that provides it. */
interface Offer extends ProvidedVariable {
  readonly variable: string;
  readonly path: FieldPath;
  /** Others may provide it with the same value. */
  readonly isShared: boolean;
}

/** The variables that processes provide to one another. */
export class ProvidedVariables {
  readonly #offers: ReadonlyMap<string, readonly Offer[]>;
  /** Names without the number of an instance, by the names in the pod. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #report: (problem: ConfigProblem) => void;

  constructor(processes: readonly FilledProcess[], report: (problem: ConfigProblem) => void) {
    this.#offers = offersByReceiver(processes);
    this.#names = new Map(processes.map((process) => [process.name, nameOf(process)]));
    this.#report = report;
  }

  of(process: string, injected: Injected): Provided {
    const taken = new Map<string, Offer>();
    for (const offer of this.#offers.get(process) ?? []) {
      const problem = problemOf(offer, process, injected, taken.get(offer.variable));
      if (problem !== null) this.#report(problem);
      else if (!taken.has(offer.variable)) taken.set(offer.variable, offer);
    }
    return Object.fromEntries(
      [...taken].map(([variable, { value, by, isDefault }]) => [
        variable,
        { value: this.#filled(value, process), by, ...(isDefault === true ? { isDefault } : {}) },
      ]),
    );
  }

  #filled(value: string, process: string): string {
    if (!value.includes('\0')) return value;
    const name = this.#names.get(process) ?? process;
    return value.replaceAll(RECEIVER.name, () => name).replaceAll(RECEIVER.process, () => process);
  }
}

/** All instances of an app are one service. */
const nameOf = ({ name, app }: FilledProcess): string =>
  app !== null && app.primary !== app.name && name.startsWith(app.primary)
    ? `${app.name}${name.slice(app.primary.length)}`
    : name;

const problemOf = (
  { variable, value, path, isShared }: Offer,
  to: string,
  injected: Injected,
  before: Offer | undefined,
): ConfigProblem | null => {
  if (isInjected(variable, injected)) return { kind: 'provides-injected', path, variable, to };
  if (before === undefined || (isShared && before.isShared && before.value === value)) return null;
  return { kind: 'provided-twice', path, variable, to, by: before.path };
};

const isInjected = (variable: string, { services, withoutServices, injected }: Injected): boolean =>
  variable in injected || (variable in services && !withoutServices.includes(variable));

const offersByReceiver = (processes: readonly FilledProcess[]): ReadonlyMap<string, readonly Offer[]> => {
  const offers = new Map<string, Offer[]>();
  const seenBy = namesSeenBy(processes);
  for (const provider of processes)
    for (const to of receiversOf(provider, processes, seenBy))
      offers.set(to, [...(offers.get(to) ?? []), ...offersOf(provider)]);
  return offers;
};

const offersOf = (process: FilledProcess): readonly Offer[] => {
  const { env, defaults } = process.fields.provides ?? {};
  const others = Object.entries(defaults ?? {}).filter(([variable]) => !Object.hasOwn(env ?? {}, variable));
  return [
    ...offersIn('env', env, process),
    ...offersIn('defaults', Object.fromEntries(others), process).map((offer) => ({
      ...offer,
      isDefault: true as const,
    })),
  ];
};

const offersIn = (
  field: 'env' | 'defaults',
  variables: object | undefined,
  { name, path, made }: FilledProcess,
): readonly Offer[] =>
  Object.entries(envValues(variables as Readonly<Record<string, EnvValue>> | undefined)).flatMap(
    ([variable, value]) => {
      const isShared = made?.shared.includes(variable) ?? false;
      const at = [...path, 'provides', field, variable];
      return value === null ? [] : [{ variable, value, by: name, path: at, isShared }];
    },
  );

type SeenBy = (scope: Scope) => ReadonlySet<string>;

const receiversOf = (
  { name, scope, fields: { provides } }: FilledProcess,
  processes: readonly FilledProcess[],
  seenBy: SeenBy,
): readonly string[] => {
  if (provides === undefined) return [];
  const others = processes.filter((process) => process.name !== name);
  if (provides.to === undefined)
    return others
      .filter((process) => process.origin === null && seenBy(process.scope).has(name))
      .map((process) => process.name);
  return [...new Set(provides.to.flatMap((written) => scope.processes.get(written) ?? []))];
};

/** All processes of an instance have the same scope. */
const namesSeenBy = (processes: readonly FilledProcess[]): SeenBy => {
  const scopes = processes.some(({ fields }) => fields.provides !== undefined)
    ? new Set(processes.map(({ scope }) => scope))
    : [];
  const known = new Map([...scopes].map((scope) => [scope, new Set(scope.single.values())]));
  return (scope) => known.get(scope) ?? new Set();
};
