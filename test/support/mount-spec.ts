import type { MountSpec } from '../../src/model/pod-spec.ts';

/** A mount of a whole volume, except for what is said. */
export const mountOf = (fields: Partial<MountSpec> & Pick<MountSpec, 'source' | 'path'>): MountSpec => ({
  ...{ name: 'data', kind: 'folder', subPath: '', readOnly: false },
  ...fields,
});
