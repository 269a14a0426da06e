import type { Fields, FoundProcess } from './found-pod.ts';

/** Leaves out volumes that only processes which have `gone` had mounted. */
export const withoutVolumesOf = (
  gone: readonly FoundProcess[],
  left: readonly FoundProcess[],
  { volumes, ...fields }: Fields,
): Fields => {
  if (volumes === undefined) return fields;
  const mounted = gone.flatMap(({ fields: { mounts } }) => Object.keys((mounts ?? {}) as Fields));
  const used = JSON.stringify(left.map((process) => process.fields));
  const kept = Object.entries(volumes as Fields).filter(
    ([name]) => !mounted.includes(name) || used.includes(`"${name}"`),
  );
  return kept.length === 0 ? fields : { volumes: Object.fromEntries(kept), ...fields };
};
