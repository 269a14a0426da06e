import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { VERSION } from '../../build.ts';
import { type Peer, peerOf } from '../ports/answering.ts';
import { type ActionResult, failed, thrown } from './action-result.ts';

export interface HttpTarget {
  /** Absolute URL, `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Status that counts as success, or `null` for 200 to 399. */
  readonly status: number | null;
}

interface HttpResult extends ActionResult {
  /** Address of the server, or null if nobody has answered, or the connection has closed already. */
  readonly peer: Peer | null;
}

interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly peer: Peer | null;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Same limit as in Kubernetes, where the eleventh redirect is not followed and counts as the answer. */
const REDIRECT_LIMIT = 10;
/**
 * Same limit as in Kubernetes: a small body is read to its end, which spares the server an error; a large one is cut
 * off.
 */
const BODY_LIMIT = 10 * 1024;

/**
 * Gets a URL once. Redirects on the same host are followed; one to another host counts as the answer. Certificates are
 * not checked: the answer is all that counts.
 */
export const getUrl = async (target: HttpTarget, signal: AbortSignal): Promise<HttpResult> => {
  try {
    const reply = await getFollowing(target, signal);
    return { ...verdict(reply, target.status), peer: reply.peer };
  } catch (error) {
    return { ...failed(thrown(error)), peer: null };
  }
};

const getFollowing = async ({ url, headers, status }: HttpTarget, signal: AbortSignal): Promise<Reply> => {
  let from = new URL(url);
  for (let followed = 0; ; followed += 1) {
    const reply: Reply = await get(from, headers, signal);
    const next = redirectOnSameHost(reply, from);
    if (next === null || reply.status === status || followed === REDIRECT_LIMIT) return reply;
    from = next;
  }
};

const redirectOnSameHost = ({ status, location }: Reply, from: URL): URL | null => {
  if (!REDIRECTS.has(status) || location === undefined) return null;
  const next = URL.parse(location, from.href);
  return next?.hostname === from.hostname && /^https?:$/.test(next.protocol) ? next : null;
};

const verdict = ({ status }: Reply, expected: number | null): ActionResult => {
  const ok = expected === null ? status >= 200 && status < 400 : status === expected;
  return { ok, finding: { kind: 'http-status', status, expected } };
};

const get = async (url: URL, headers: HttpTarget['headers'], signal: AbortSignal): Promise<Reply> => {
  // Not by an import: that of node:http loads Node's fetch too, which takes 50 ms.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  // There is no agent: a kept connection would answer for a server that no longer accepts new ones.
  const options: RequestOptions = {
    agent: false,
    rejectUnauthorized: false,
    headers: allHeaders(headers),
    signal,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, async (incoming) => {
      const peer = peerOf(incoming.socket);
      await discardBody(incoming).catch(reject);
      outgoing.destroy();
      resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location, peer });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
};

const allHeaders = (own: HttpTarget['headers']): Record<string, string> => ({
  'user-agent': `sidecarctl-probe/${VERSION}`,
  accept: '*/*',
  connection: 'close',
  ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value])),
});

const discardBody = (incoming: IncomingMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = 0;
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > BODY_LIMIT) resolve();
    });
    incoming.on('end', resolve);
    incoming.on('error', reject);
  });
