import { expect } from 'vitest';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import { wordLosses } from '../../../src/exchange/form/losses.ts';
import { exportKubernetes } from '../../../src/exchange/kubernetes/export-kubernetes.ts';
import type { ExportOptions } from '../../../src/exchange/kubernetes/export-options.ts';
import { inputsFor, load } from '../../config/support.ts';
import { findMistakes } from './find-mistakes.ts';
import { findLooseEnds } from './value-rules.ts';

/** The manifests of a config named `shop`, or its problems. */
export const exported = (
  config: object,
  { without = [], ...options }: Partial<ExportOptions> & { readonly without?: readonly string[] } = {},
) => {
  const loaded = load({ name: 'shop', ...config });
  const images = new Map([['web', 'web:1']]);
  return exportKubernetes(loaded, resolveSymbolically(loaded, inputsFor(loaded, { without })), {
    ...{ kind: 'deployment', images, sidecarImage: null },
    ...options,
  });
};

/** The manifests of a config, by kind, and what is lost. They are what Kubernetes takes. */
export const manifestsOf = (config: object, options: Parameters<typeof exported>[1] = {}) => {
  const found = exported(config, options);
  if (!found.ok) throw new Error(found.problems.join('\n'));
  expect([...found.manifests.flatMap(findMistakes), ...findLooseEnds(found.manifests)]).toEqual([]);
  const kinds = new Map(found.manifests.map((manifest) => [String(manifest['kind']), manifest]));
  const { manifests } = found;
  return { kinds, manifests, losses: wordLosses(found.losses) };
};
