import { type ModuleHooks, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isWrittenAsModule } from './module-syntax.ts';

/** What a path is imported by; a bare name is a package, which nobody edits while the pod runs. */
const BY_PATH = /^(\.{1,2}\/|\/|#|file:)/;

const MODULE_FORMATS: Readonly<Record<string, string>> = {
  commonjs: 'module',
  'commonjs-typescript': 'module-typescript',
};

/**
 * The files that a config consists of: its own, and the modules that it imports by a path, however deep. A process loads
 * them once, as Node keeps a module by its address for ever: to read a config anew takes another process.
 */
export class ConfigModules {
  readonly #files = new Set<string>();

  /** Absolute; those of earlier loads too, as the newest may have failed half-way. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** The config file itself, whatever it is written in, and what another process has found that it imports. */
  add(file: string): void {
    this.#files.add(file);
  }

  /** What a config file exports. */
  load(file: string): Promise<{ readonly default?: unknown }> {
    return import(pathToFileURL(file).href);
  }

  /** Takes in whatever is imported, until the hooks are deregistered. */
  follow(): ModuleHooks {
    return registerHooks({
      resolve: (specifier, context, nextResolve) => {
        const resolved = nextResolve(specifier, context);
        if (!resolved.url.startsWith('file:')) return resolved;
        if (BY_PATH.test(specifier) && this.#isOurs(context.parentURL)) this.#files.add(pathOf(resolved.url));
        return context.conditions.includes('require') ? resolved : this.#asModule(resolved);
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
}

const pathOf = (url: string): string => fileURLToPath(url.replace(/[?#].*$/, ''));
