/**
 * Names in start order: each after all it depends on, otherwise as they were given. What depends on itself through a
 * circle keeps its place at the end; circles are refused before.
 */
export const startOrder = (
  names: readonly string[],
  dependenciesOf: (name: string) => readonly string[],
): readonly string[] => {
  const ordered: string[] = [];
  const left = [...names];
  while (left.length > 0) {
    const free = left.findIndex(
      (name) => !dependenciesOf(name).some((dependency) => left.includes(dependency)),
    );
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
};
