import { posix } from 'node:path';
import { type Mount, splitShort } from './mounts.ts';

/** Finds the files of this machine that a container has at its own paths. */
export class ContainerPaths {
  readonly #places: readonly Mount[];

  /** `places` are bind mounts and copied files, those that hide others first. */
  constructor(places: readonly Mount[]) {
    this.#places = places;
  }

  /** Returns the path as seen from the Compose file, or null for one that only the image has. */
  toHost(path: string): string | null {
    const candidates = this.#places
      .filter(({ target }) => path === target || path.startsWith(target === '/' ? '/' : `${target}/`))
      .toSorted((a, b) => b.target.length - a.target.length);
    const [place] = candidates;
    return place === undefined ? null : posix.join(place.source, path.slice(place.target.length));
  }
}

/** Bind mounts of a service: `./app:/app`. */
export const bindMounts = (volumes: readonly unknown[]): readonly Mount[] =>
  volumes
    .map((entry) => splitShort(entry))
    .filter(({ source }) => /^(\.|\/|~)/.test(source))
    .map(({ source, target }) => ({ source, target: target.replace(/(?<=.)\/+$/, '') }));
