import { wordsText } from '../../report/command-text.ts';
import { findJavaStores } from './java-stores.ts';
import { findNssStores } from './nss-stores.ts';
import { findSystemStore } from './system-store.ts';
import type { Machine, Step, TrustedCa, TrustStore } from './trust-store.ts';

/** The change of one store: commands, with sudo where they need it. */
export interface Change {
  readonly store: string;
  readonly commands: ReadonlyArray<readonly [string, ...string[]]>;
}

export interface TrustPlan {
  readonly changes: readonly Change[];
  /** Names of the stores that are as they should be already. */
  readonly settled: readonly string[];
  /** Sentences about what cannot be changed. */
  readonly remarks: readonly string[];
}

/** Works out how to put a CA into all stores of a machine, or to take it out. Changes nothing. */
export const planTrust = async (
  action: 'add' | 'remove',
  machine: Machine,
  ca: TrustedCa,
): Promise<TrustPlan> => {
  const found = [findSystemStore, findNssStores, findJavaStores].map((find) => find(machine, ca));
  const stores = await Promise.all(
    found.flatMap((each) => each.stores).map(async (store) => ({ store, has: await store.has() })),
  );
  const isSettled = ({ has }: { readonly has: boolean }): boolean => has === (action === 'add');
  const changes = stores
    .filter((each) => !isSettled(each))
    .map(({ store }) => changeOf(store, store[action], machine));
  return {
    changes: changes.filter((change) => typeof change === 'object'),
    settled: stores.filter(isSettled).map(({ store }) => store.name),
    // Nothing has to be taken out of what cannot be changed.
    remarks: [
      ...(action === 'add' ? found.flatMap(({ remarks }) => remarks) : []),
      ...changes.filter((change) => typeof change === 'string'),
    ],
  };
};

/** A sentence if there is nothing to run, or if nobody can become root here. */
const changeOf = ({ name }: TrustStore, steps: readonly Step[], machine: Machine): Change | string => {
  if (steps.length === 0) return `${name}: it takes over what is added to the system`;
  const prefix = machine.isRoot ? [] : [machine.find('sudo') ?? machine.find('doas')];
  const commands = steps.map(({ words, asRoot }) => (asRoot ? [...prefix, ...words] : words));
  if (commands.flat().every((word) => word !== null))
    return { store: name, commands: commands as Change['commands'] };
  const needed = steps.map(({ words }) => wordsText(words)).join(' && ');
  return `${name}: it needs root, and there is no sudo and no doas; as root, run: ${needed}`;
};
