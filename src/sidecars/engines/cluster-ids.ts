/** Names for clusters that every engine takes, by the clusters' own. */
export const clusterIds = (names: readonly string[]): ((name: string) => string) => {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const base = name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
    let id = base;
    for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
    taken.add(id);
    ids.set(name, id);
  }
  return (name) => ids.get(name) ?? name;
};
