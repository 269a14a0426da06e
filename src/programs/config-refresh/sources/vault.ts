import type { SourceFields, VaultOptions } from '../options.ts';
import { ask } from './ask.ts';
import { plainCopy } from './parse.ts';
import type { Found, Source } from './source.ts';

interface Secret {
  readonly lease_duration?: number;
  readonly data?: { readonly data?: unknown };
  readonly errors?: readonly string[];
}

/** The newest version of a secret of Vault's KV store, version 2. */
export class VaultSource implements Source {
  readonly #vault: VaultOptions;
  readonly #fields: Pick<SourceFields, 'timeout'>;

  constructor(vault: VaultOptions, fields: Pick<SourceFields, 'timeout'>) {
    this.#vault = vault;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const { mount, path, namespace } = this.#vault;
    const url = this.#vault.url ?? needed('VAULT_ADDR');
    const token = this.#vault.token ?? needed('VAULT_TOKEN');
    const headers = {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
    };
    const at = `${url.replace(/\/$/, '')}/v1/${encoded(mount)}/data/${encoded(path)}`;
    const { status, text } = await ask(at, { headers, timeout: this.#fields.timeout, signal });
    const secret = secretIn(text);
    const value = secret.data?.data;
    if (status !== 200 || typeof value !== 'object' || value === null)
      throw new Error(`answered with ${status}${reasonOf(status, secret, path)}`);
    const lease = secret.lease_duration ?? 0;
    // Half of its time is left then, as Vault's own agent has it.
    return { value: plainCopy(value), ...(lease > 0 ? { nextIn: lease * 500 } : {}) };
  }
}

const needed = (variable: string): string => {
  const value = process.env[variable];
  if (value === undefined || value === '') throw new Error(`the variable ${variable} is not set`);
  return value;
};

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const secretIn = (text: string): Secret => {
  try {
    return Object(JSON.parse(text)) as Secret;
  } catch {
    return {};
  }
};

const reasonOf = (status: number, { errors = [] }: Secret, path: string): string => {
  const [first] = errors;
  if (first !== undefined) return `: ${first}`;
  return status === 404 ? `: there is no secret '${path}', or it is deleted` : '';
};
