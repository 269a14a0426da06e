import { SmallestFirst } from './smallest-first.ts';

/**
 * Sorts names in start order: each after all its dependencies, otherwise in the given order. Members of a cycle stay at
 * the end; cycles are refused earlier.
 */
export const startOrder = (
  names: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
): readonly string[] => {
  const { unmet, dependents } = relate(names, dependenciesOf);
  const free = new SmallestFirst();
  for (const [index, count] of unmet.entries()) if (count === 0) free.add(index);
  const order = new Set<number>();
  let firstLeft = 0;
  while (order.size < names.length) {
    while (order.has(firstLeft)) firstLeft += 1;
    const next = free.take() ?? firstLeft;
    if (order.has(next)) continue;
    order.add(next);
    for (const dependent of dependents[next] ?? []) {
      const left = (unmet[dependent] ?? 0) - 1;
      unmet[dependent] = left;
      if (left === 0) free.add(dependent);
    }
  }
  return [...order].map((index) => names[index] ?? '');
};

/** Returns, by index, how many dependencies each name still waits for, and which names wait for it. */
const relate = (names: readonly string[], dependenciesOf: (name: string) => readonly string[]) => {
  const places = new Map(names.map((name, index) => [name, index]));
  const dependents: number[][] = names.map(() => []);
  const unmet = names.map((name, index) => {
    const known = [...new Set(dependenciesOf(name))].flatMap((other) => places.get(other) ?? []);
    for (const place of known) dependents[place]?.push(index);
    return known.length;
  });
  return { unmet, dependents };
};
