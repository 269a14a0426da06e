import { type ModuleHooks, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ConfigReads } from '../known/config-reads.ts';
import { isWrittenAsModule } from './module-syntax.ts';

/** Matches imports by path. A bare name is a package, which nobody edits while the pod runs. */
const BY_PATH = /^(\.{1,2}\/|\/|#|file:)/;

const MODULE_FORMATS: Readonly<Record<string, string>> = {
  commonjs: 'module',
  'commonjs-typescript': 'module-typescript',
};

/**
 * The files of a config: the config file and all modules that it imports by path, at any depth. A process loads them
 * once, because Node keeps a module by its address for ever: reading a config again takes another process.
 */
export class ConfigModules {
  readonly #files = new Set<string>();
  /** The config file and its modules as Node knows them: without symlinks. */
  readonly #modules = new Set<string>();
  #entry: string | null = null;

  /** Absolute paths, including those of earlier loads: the newest one may have failed half-way. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** Adds a config file of any format, or an import that another process has found. */
  add(file: string): void {
    this.#files.add(file);
  }

  /** Loads the exports of a config file. */
  load(file: string): Promise<{ readonly default?: unknown }> {
    this.#entry = pathToFileURL(file).href;
    return import(this.#entry);
  }

  /** Collects all imports until the hooks are deregistered. `reads` notes them before they are read. */
  follow(reads?: ConfigReads): ModuleHooks {
    return registerHooks({
      resolve: (specifier, context, nextResolve) => {
        const resolved = nextResolve(specifier, context);
        if (!resolved.url.startsWith('file:')) return resolved;
        if (specifier === this.#entry) this.#modules.add(pathOf(resolved.url));
        else if (BY_PATH.test(specifier) && this.#isOurs(context.parentURL)) {
          this.#addImport(pathOf(resolved.url));
          if (specifier.startsWith('.')) reads?.file(pathOf(new URL(specifier, context.parentURL).href));
        }
        return context.conditions.includes('require') ? resolved : this.#asModule(resolved);
      },
    });
  }

  /**
   * In a package of type `commonjs`, which `npm init` writes, Node takes each `.ts` and `.js` file for CommonJS. A
   * config that is written as an ES module is loaded as one.
   */
  #asModule<Resolved extends { readonly url: string; readonly format?: string | null | undefined }>(
    resolved: Resolved,
  ): Resolved {
    const format = MODULE_FORMATS[resolved.format ?? ''];
    const file = pathOf(resolved.url);
    return format !== undefined && this.#modules.has(file) && isWrittenAsModule(file)
      ? { ...resolved, format }
      : resolved;
  }

  #isOurs(parent: string | undefined): boolean {
    return parent?.startsWith('file:') === true && this.#modules.has(pathOf(parent));
  }

  #addImport(file: string): void {
    this.#files.add(file);
    this.#modules.add(file);
  }
}

const pathOf = (url: string): string => fileURLToPath(url.replace(/[?#].*$/, ''));
