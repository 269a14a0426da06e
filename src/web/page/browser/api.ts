import type { ProcessDetails } from '../../../control/pod-snapshot.ts';

/** A value, or why there is none. `absence`: which way a ready-made sidecar is missing. */
export type Fetched<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly status: number;
      readonly message: string;
      readonly absence: string | null;
    };

export type Action = 'start' | 'stop' | 'restart';

/** Asks the server of this page. */
export class Api {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<Fetched<T>> {
    return this.#ask(path, signal === undefined ? {} : { signal });
  }

  details(process: string, signal: AbortSignal): Promise<Fetched<ProcessDetails>> {
    return this.get(`processes/${process}`, signal);
  }

  act(type: Action, process: string): Promise<Fetched<object>> {
    return this.#ask('requests', { method: 'POST', body: JSON.stringify({ type, process }) });
  }

  /** The live stream. Rejects if nobody answers. */
  live(since: number | null): Promise<Response> {
    return this.#fetch(since === null ? 'live' : `live?since=${since}`, {});
  }

  async #ask<T>(path: string, init: RequestInit): Promise<Fetched<T>> {
    try {
      const response = await this.#fetch(path, init);
      const value = await response.json();
      if (response.ok) return { ok: true, value };
      const { message = response.statusText, absence = null } = value;
      return { ok: false, status: response.status, message, absence };
    } catch {
      const message = 'sidecarctl web does not answer: start it again';
      return { ok: false, status: 0, message, absence: null };
    }
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    return fetch(`/api/${path}`, {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
      headers: { authorization: `Bearer ${this.#token}` },
    });
  }
}
