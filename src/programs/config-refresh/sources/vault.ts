import type { SourceFields, VaultOptions } from '../options.ts';
import { ask } from './ask.ts';
import { plainCopy } from './parse.ts';
import type { Found, Source } from './source.ts';
import { type Renewal, TokenRenewal } from './token-renewal.ts';

interface Secret extends Renewal {
  readonly lease_duration?: number;
  readonly data?: { readonly data?: unknown };
  readonly errors?: readonly string[];
}

/** The newest version of a secret of Vault's KV store, version 2. Its token lives as long as Vault lets it. */
export class VaultSource implements Source {
  readonly #vault: VaultOptions;
  readonly #fields: Pick<SourceFields, 'timeout'>;
  readonly #renewal = new TokenRenewal();

  constructor(vault: VaultOptions, fields: Pick<SourceFields, 'timeout'>) {
    this.#vault = vault;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<Found> {
    const { mount, path } = this.#vault;
    await this.#renewal.renewIfDue(() => this.#ask('POST', 'auth/token/renew-self', signal));
    const secret = await this.#ask('GET', `${encoded(mount)}/data/${encoded(path)}`, signal);
    const { status } = secret;
    const value = secret.data?.data;
    if (status !== 200 || typeof value !== 'object' || value === null)
      throw new Error(`answered with ${status}${reasonOf(secret, path)}`);
    const lease = secret.lease_duration ?? 0;
    // Half of its time is left then, as Vault's own agent has it.
    const nextIn = Math.min(lease > 0 ? lease * 500 : Number.POSITIVE_INFINITY, this.#renewal.dueIn);
    return { value: plainCopy(value), ...(Number.isFinite(nextIn) ? { nextIn } : {}) };
  }

  async #ask(method: string, path: string, signal: AbortSignal): Promise<Secret> {
    const { namespace } = this.#vault;
    const url = this.#vault.url ?? needed('VAULT_ADDR');
    const headers = {
      'x-vault-token': this.#vault.token ?? needed('VAULT_TOKEN'),
      'x-vault-request': 'true',
      ...(namespace === null ? {} : { 'x-vault-namespace': namespace }),
    };
    const { timeout } = this.#fields;
    const at = `${url.replace(/\/$/, '')}/v1/${path}`;
    const { status, text } = await ask(at, { method, headers, timeout, signal });
    return { ...parsed(text), status };
  }
}

const needed = (variable: string): string => {
  const value = process.env[variable];
  if (value === undefined || value === '') throw new Error(`the variable ${variable} is not set`);
  return value;
};

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const parsed = (text: string): object => {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
};

const reasonOf = ({ status, errors = [] }: Secret, path: string): string => {
  const [first] = errors;
  if (first !== undefined) return `: ${first}`;
  return status === 404 ? `: there is no secret '${path}', or it is deleted` : '';
};
