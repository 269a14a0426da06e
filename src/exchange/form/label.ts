import { isPrototypeName } from '../../config/check/prototype-names.ts';

/** Makes a DNS label from a name of another format: `My_App.web` → `my-app-web`. */
export const toLabel = (name: string): string => {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  if (label === '') return 'process';
  return isPrototypeName(label) ? `${label}-process` : label;
};

/** Gives a number to each name that was there before. */
export const distinctNames = (names: readonly string[]): readonly string[] => {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  });
};

/** Makes a unique label for each name. */
export const toLabels = (names: readonly string[]): ReadonlyMap<string, string> => {
  const labels = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const label = firstFree(toLabel(name), taken);
    taken.add(label);
    labels.set(name, label);
  }
  return labels;
};

const firstFree = (label: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(label)) return label;
  for (let number = 2; ; number++) {
    const numbered = `${label.slice(0, 60)}-${number}`;
    if (!taken.has(numbered)) return numbered;
  }
};
