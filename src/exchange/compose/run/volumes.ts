import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type { Fields } from '../../form/found-pod.ts';
import { toLabel } from '../../form/label.ts';
import type { Source } from '../../format.ts';

/** The volumes of a pod. Each has a name that no other has. */
export class RunVolumes {
  readonly #source: Source;
  readonly #labels = new Map<string, string>();
  readonly #volumes = new Map<string, Fields>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Those that have a place among the `mounts` of processes. */
  usedBy(mounts: readonly Fields[]): Fields {
    const used = [...this.#volumes].filter(([label]) => mounts.some((places) => label in places));
    return used.length === 0 ? {} : { volumes: Object.fromEntries(used) };
  }

  /** A volume with a name, which is kept unless `fields` say something else. */
  named(name: string, fields: Fields): string {
    return this.#label(`volume ${name}`, name, fields);
  }

  /** A volume that only the run has, at a path of a service. */
  temporary(service: string, target: string): string {
    return this.#label(`temporary ${service} ${target}`, `${service}-${basename(target)}`, {});
  }

  /** A folder of this machine, and what of it a bind mount shows: a file is a part of its folder. */
  bound(written: string): { readonly volume: string; readonly subPath?: string } {
    const path = this.absolute(written);
    if (!this.#isNoFolder(path)) return { volume: this.#folder(written, path) };
    // A part of a volume may not lead out of it, as /etc/localtime does.
    const real = this.#source.machine.realPath(path);
    const folder = real === path ? dirname(written) : dirname(real);
    return { volume: this.#folder(folder, dirname(real)), subPath: basename(real) };
  }

  absolute(written: string): string {
    const path = this.#expanded(written);
    return isAbsolute(path) ? normalize(path) : join(this.#source.folder, path);
  }

  #expanded(written: string): string {
    return written.replace(/^~(?=\/|$)/, this.#source.machine.env['HOME'] ?? '~');
  }

  /** A file, or a socket. */
  #isNoFolder(path: string): boolean {
    const { machine } = this.#source;
    return !machine.isFolder(path) && machine.names(dirname(path)).includes(basename(path));
  }

  #folder(written: string, path: string): string {
    const place = normalize(this.#expanded(written)).replace(/(?<=.)\/+$/, '');
    return this.#label(`folder ${path}`, basename(path) || 'root', { path: place });
  }

  #label(key: string, wished: string, fields: Fields): string {
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    const label = this.#free(toLabel(wished));
    this.#labels.set(key, label);
    this.#volumes.set(label, fields);
    return label;
  }

  #free(label: string): string {
    if (!this.#volumes.has(label)) return label;
    for (let number = 2; ; number++) {
      const numbered = `${label.slice(0, 60)}-${number}`;
      if (!this.#volumes.has(numbered)) return numbered;
    }
  }
}
