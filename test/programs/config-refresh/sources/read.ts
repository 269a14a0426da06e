import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Source } from '../../../../src/programs/config-refresh/sources/source.ts';
import { eventually, withDeadline } from '../../../support/deadline.ts';

export const FIELDS = { parse: null, interval: 10, timeout: 5_000 } as const;

/** What a source has found, as plain data: `'same'`, its value, or the message of its failure. */
export const read = async (source: Source, signal = new AbortController().signal): Promise<unknown> => {
  try {
    const found = await withDeadline('a source', source.read(signal));
    return found === 'same' ? 'same' : plain(found.value);
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
};

/** Values have no prototype, which `toEqual` minds. */
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.parse(JSON.stringify(value)) : value;

/** Like `read`, until there is something new. */
export const readNext = async (source: Source): Promise<unknown> => {
  let found: unknown = 'same';
  await eventually('something new', async () => {
    found = await read(source);
    return found !== 'same';
  });
  return found;
};

export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'refresh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** The URL of a server that answers like this until the end of the test. */
export const serve = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> => {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
