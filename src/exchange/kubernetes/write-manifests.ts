import { dump } from 'js-yaml';
import type { Manifest } from './export-options.ts';

export const writeManifest = (manifest: Manifest): string => dump(manifest, { lineWidth: -1, noRefs: true });

/** Manifests as the documents of one YAML file. */
export const writeManifests = (manifests: readonly Manifest[]): string =>
  manifests.map(writeManifest).join('---\n');

/** Name of a file of its own: `shop-deployment.yaml`. */
export const fileNameOf = (manifest: Manifest): string => {
  const { kind, metadata } = manifest as {
    readonly kind: string;
    readonly metadata: { readonly name: string };
  };
  return `${metadata.name}-${kind.toLowerCase()}.yaml`;
};
