import type { Inside } from './inside.ts';
import type { Process } from './pod.ts';

/** Where a process wants volumes, besides the place that all have. */
export const ownMounts = (
  { launch, mounts }: Process,
  inside: Inside,
): readonly { readonly source: string; readonly path: string }[] =>
  launch.command.kind === 'container'
    ? launch.command.mounts.map(({ source, path }) => ({
        source: inside.plain(source),
        path: inside.plain(path),
      }))
    : mounts.map(({ volume, path }) => ({ source: inside.volume(volume), path: inside.plain(path) }));
