import type { ConnectionOptions } from 'node:tls';
import type { ClientTls } from '../../proxy/tls/client-tls.ts';
import type { OutputTls } from './options.ts';

/** TLS towards a destination, which is set up when it is first needed: a start must not wait for the public CAs. */
export class OutputTlsPlace {
  readonly #options: OutputTls;
  #opened: Promise<ClientTls> | null = null;

  constructor(options: OutputTls) {
    this.#options = options;
  }

  /** @throws CertificateError that says which file cannot be used; the next call looks again. */
  async connectionOptions(): Promise<ConnectionOptions> {
    this.#opened ??= this.#open();
    try {
      return (await this.#opened).connectionOptions();
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  }

  close(): void {
    this.#opened?.then(
      (tls) => tls.close(),
      () => undefined,
    );
  }

  async #open(): Promise<ClientTls> {
    const { client, certificates, pod, sidecar } = this.#options;
    const { ClientTls } = await import('../../proxy/tls/client-tls.ts');
    return ClientTls.open(client, { pod, name: sidecar, certificates, say });
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
