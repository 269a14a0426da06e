import { createRequire, type ModuleHooks, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isWrittenAsModule } from './module-syntax.ts';

/** What a path is imported by; a bare name is a package, which nobody edits while the pod runs. */
const BY_PATH = /^(\.{1,2}\/|\/|#|file:)/;

const MODULE_FORMATS: Readonly<Record<string, string>> = {
  commonjs: 'module',
  'commonjs-typescript': 'module-typescript',
};

/**
 * The files that a config consists of: its own, and the modules that it imports by a path, however deep. Node keeps a
 * module by its address for ever, so those of a later load have another one: what has been loaded before stays in
 * memory, which is little, as long as it is edited by hand.
 */
export class ConfigModules {
  readonly #files = new Set<string>();
  readonly #required = new Set<string>();
  #version = 0;

  /** Absolute; those of earlier loads too, as the newest may have failed half-way. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** The config file itself, whatever it is written in. */
  add(file: string): void {
    this.#files.add(file);
  }

  /** What is loaded from now on is read anew. */
  renew(): void {
    this.#version += 1;
    const { cache } = createRequire(import.meta.url);
    for (const file of this.#files) {
      if (cache[file] === undefined) continue;
      this.#required.add(file);
      delete cache[file];
    }
  }

  /**
   * What a config file exports. One that has turned out to be CommonJS is required: imported a second time under
   * another address, what it requires itself comes out empty.
   */
  async load(file: string): Promise<{ readonly default?: unknown }> {
    if (this.#required.has(file)) return { default: createRequire(import.meta.url)(file) };
    return import(this.#renewed(pathToFileURL(file).href));
  }

  /** Takes in whatever is imported, until the hooks are deregistered. */
  follow(): ModuleHooks {
    return registerHooks({
      resolve: (specifier, context, nextResolve) => {
        const resolved = nextResolve(specifier, context);
        if (!resolved.url.startsWith('file:')) return resolved;
        const isImported = BY_PATH.test(specifier) && this.#isOurs(context.parentURL);
        if (isImported) this.#files.add(pathOf(resolved.url));
        // What is required is kept by its path: `renew` has seen to that.
        if (context.conditions.includes('require')) return resolved;
        return { ...this.#asModule(resolved), ...(isImported ? { url: this.#renewed(resolved.url) } : {}) };
      },
    });
  }

  /**
   * In a package whose type is `commonjs`, which is what `npm init` writes, Node takes each `.ts` and `.js` for CommonJS
   * whatever stands in it. A config that is written as an ES module is one.
   */
  #asModule<Resolved extends { readonly url: string; readonly format?: string | null | undefined }>(
    resolved: Resolved,
  ): Resolved {
    const format = MODULE_FORMATS[resolved.format ?? ''];
    const file = pathOf(resolved.url);
    return format !== undefined && this.#files.has(file) && isWrittenAsModule(file)
      ? { ...resolved, format }
      : resolved;
  }

  #isOurs(parent: string | undefined): boolean {
    return parent?.startsWith('file:') === true && this.#files.has(pathOf(parent));
  }

  #renewed(url: string): string {
    return this.#version === 0 ? url : `${url}?version=${this.#version}`;
  }
}

const pathOf = (url: string): string => fileURLToPath(url.replace(/[?#].*$/, ''));
