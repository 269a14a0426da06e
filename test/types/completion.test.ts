import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDeadline } from '../support/deadline.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Never written: the server is told what stands in it. */
const DOCUMENT = pathToFileURL(`${ROOT}test/types/typed-in-an-editor.ts`).href;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}

/** TypeScript's own language server, as an editor uses it. */
class LanguageServer {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #received = Buffer.alloc(0);
  #requests = 0;

  constructor() {
    const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
    this.#server = spawn(process.execPath, [compiler, '--lsp', '--stdio'], { cwd: ROOT });
    this.#server.stdin.on('error', () => undefined);
    this.#server.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  request(method: string, params: object): Promise<unknown> {
    const id = ++this.#requests;
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    return withDeadline(`an answer to ${method}`, answered);
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  stop(): void {
    this.#server.kill('SIGKILL');
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('latin1', 0, head))?.[1]);
      if (head === -1 || this.#received.length < head + 4 + length) return;
      this.#answer(JSON.parse(this.#received.toString('utf8', head + 4, head + 4 + length)));
      this.#received = this.#received.subarray(head + 4 + length);
    }
  }

  #answer({ id, method, result }: Answer): void {
    if (id === undefined) return;
    // What the server asks for itself (settings, watching files) it can do without.
    if (method !== undefined) this.#send({ id, result: null });
    else this.#waiting.get(id)?.(result);
  }
}

let server: LanguageServer;
let version = 0;

beforeAll(async () => {
  server = new LanguageServer();
  await server.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(ROOT).href,
    capabilities: {},
  });
  server.notify('initialized', {});
  const textDocument = { uri: DOCUMENT, languageId: 'typescript', version, text: '' };
  server.notify('textDocument/didOpen', { textDocument });
});

afterAll(() => server.stop());

/** What an editor offers at `|`. */
const offered = async (config: string): Promise<string[]> => {
  const before = `import { defineConfig } from '../../src/config/types.ts';\nexport default ${config}`;
  const offset = before.indexOf('|');
  const textDocument = { uri: DOCUMENT };
  const text = before.replace('|', '');
  // To open it anew takes most of a second.
  server.notify('textDocument/didChange', {
    textDocument: { ...textDocument, version: ++version },
    contentChanges: [{ text }],
  });
  const lines = before.slice(0, offset).split('\n');
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  const completed = await server.request('textDocument/completion', { textDocument, position });
  const list =
    (Array.isArray(completed) ? completed : (completed as { items: unknown[] } | null)?.items) ?? [];
  return list.map((item) => (item as { label: string }).label.replace(/\?$/, ''));
};

describe('while a config is typed, an editor offers', () => {
  it.each([
    ['the fields of a pod', 'defineConfig({ | });', ['primary', 'sidecars', 'volumes']],
    ['the fields of a primary', 'defineConfig({ primary: { | } });', ['command', 'ports', 'readiness']],
    ['the fields of a sidecar', 'defineConfig({ sidecars: { redis: { | } } });', ['command', 'dependsOn']],
    ['the fields of an app', 'defineConfig({ apps: { web: { | } } });', ['primary', 'sidecars']],
    ['the fields of a probe', 'defineConfig({ primary: { readiness: { | } } });', ['http', 'tcp', 'period']],
    ['words', "defineConfig({ primary: { command: 'x', restart: '|' } });", ['always', 'on-failure']],
    ['a port', "defineConfig({ primary: { command: 'x', ports: { http: '|' } } });", ['auto']],
    [
      'names of processes',
      "defineConfig({ sidecars: { redis: { command: 'x' } }, primary: { command: 'x', dependsOn: ['|'] } });",
      ['redis'],
    ],
    [
      'names of ports',
      "defineConfig({ primary: { command: 'x', ports: { http: 'auto' }, readiness: { tcp: '|' } } });",
      ['http'],
    ],
    [
      'the fields within a config function',
      'defineConfig(() => defineConfig({ primary: { | } }));',
      ['command', 'ports'],
    ],
  ])('%s', async (_what, config, labels) => {
    expect(await offered(config)).toEqual(expect.arrayContaining(labels));
  });
});
