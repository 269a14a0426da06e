import { parseAddress } from '../../address.ts';
import type { Answer } from '../../admin/serve-admin.ts';
import type { TcpProxy } from '../proxy/tcp-proxy.ts';
import type { Toxic } from '../toxics/toxic.ts';
import { ApiError, badBody, missingField, toxicExists, toxicNotFound } from './api-error.ts';
import { checkUpstream, type Proxies, started } from './proxies.ts';
import { flagIn, objectIn, parseJson, recordOf, textIn } from './read-body.ts';
import { changedToxic, readToxic } from './read-toxic.ts';

/** The version of Toxiproxy whose API this is. Clients ask for it. */
const VERSION = '2.12.0';

type Handler = (proxies: Proxies, names: readonly string[], body: string) => Promise<Answer> | Answer;

/** Toxiproxy's HTTP API; `null` for a path that it does not have. */
export const toxiproxyApi = async (
  proxies: Proxies,
  method: string,
  path: string,
  body: string,
): Promise<Answer | null> => {
  const segments = path.split('/').slice(1).map(decoded);
  const pattern = segments.map((segment, index) => (index % 2 === 1 ? '*' : segment)).join('/');
  const handlers = ROUTES[pattern];
  if (handlers === undefined) return null;
  const handler = handlers[method];
  if (handler === undefined) return { status: 405 };
  try {
    return await handler(
      proxies,
      segments.filter((_, index) => index % 2 === 1),
      body,
    );
  } catch (error) {
    if (error instanceof ApiError) return refusal(error);
    throw error;
  }
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const refusal = ({ status, message }: ApiError, more: object = {}): Answer => ({
  status,
  json: { error: message, status, ...more },
});

const ok = (json: unknown, status = 200): Answer => ({ status, json });
const DONE: Answer = { status: 204 };

const listProxies: Handler = (proxies) =>
  ok(Object.fromEntries(proxies.all.map((proxy) => [proxy.name, proxyJson(proxy)])));

const createProxy: Handler = async (proxies, _, body) => {
  const { settings, isEnabled } = settingsIn(objectIn(body));
  return ok(proxyJson(await proxies.create(settings, isEnabled)), 201);
};

/** Proxies before one that cannot be created stay. */
const populate: Handler = async (proxies, _, body) => {
  const parsed = parseJson(body);
  if (!Array.isArray(parsed)) throw badBody('it is no list of proxies');
  const wanted = parsed.map((each, index) => settingsIn(recordOf(each, 'a proxy'), ` at proxy ${index + 1}`));
  const done: TcpProxy[] = [];
  try {
    for (const { settings, isEnabled } of wanted)
      done.push(await proxies.createOrReplace(settings, isEnabled));
  } catch (error) {
    if (error instanceof ApiError) return refusal(error, { proxies: done.map(proxyJson) });
    throw error;
  }
  return ok({ proxies: done.map(proxyJson) }, 201);
};

const settingsIn = (body: Readonly<Record<string, unknown>>, at = '') => {
  const name = textIn(body, 'name') ?? '';
  const upstream = textIn(body, 'upstream') ?? '';
  if (name === '') throw missingField(`name${at}`);
  if (upstream === '') throw missingField(`upstream${at}`);
  return {
    settings: { name, upstream, listen: textIn(body, 'listen') || '127.0.0.1:0' },
    isEnabled: flagIn(body, 'enabled') ?? true,
  };
};

const updateProxy: Handler = async (proxies, [name = ''], body) => {
  const proxy = proxies.get(name);
  const input = objectIn(body);
  const { listen, upstream } = proxy.settings;
  const isEnabled = flagIn(input, 'enabled') ?? proxy.isEnabled;
  const next = { listen: textIn(input, 'listen') ?? listen, upstream: textIn(input, 'upstream') ?? upstream };
  if (parseAddress(next.listen, 0) === null) throw new ApiError(500, `'${next.listen}' is no host:port`);
  checkUpstream(next.upstream);
  proxy.move(next.listen, next.upstream);
  if (isEnabled) await started(proxy);
  else proxy.stop();
  return ok(proxyJson(proxy));
};

const addToxic: Handler = (proxies, [name = ''], body) => {
  const proxy = proxies.get(name);
  const toxic = readToxic(objectIn(body));
  if (proxy.toxics.some((each) => each.name === toxic.name)) throw toxicExists();
  proxy.add(toxic);
  return ok(toxicJson(toxic));
};

const updateToxic: Handler = (proxies, [name = '', toxicName = ''], body) => {
  const proxy = proxies.get(name);
  const toxic = changedToxic(toxicOf(proxy, toxicName), objectIn(body));
  proxy.update(toxic);
  return ok(toxicJson(toxic));
};

const toxicOf = (proxy: TcpProxy, name: string): Toxic => {
  const toxic = proxy.toxics.find((each) => each.name === name);
  if (toxic === undefined) throw toxicNotFound();
  return toxic;
};

const reset: Handler = async (proxies) => {
  for (const proxy of proxies.all) {
    await started(proxy);
    for (const toxic of proxy.toxics) proxy.remove(toxic);
    await proxy.setHttpFaults([]);
  }
  return DONE;
};

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  version: { GET: () => ok({ version: VERSION }) },
  reset: { POST: reset },
  populate: { POST: populate },
  proxies: { GET: listProxies, POST: createProxy },
  'proxies/*': {
    GET: (proxies, [name = '']) => ok(proxyJson(proxies.get(name))),
    POST: updateProxy,
    PATCH: updateProxy,
    DELETE: (proxies, [name = '']) => {
      proxies.remove(name);
      return DONE;
    },
  },
  'proxies/*/toxics': {
    GET: (proxies, [name = '']) => ok(proxies.get(name).toxics.map(toxicJson)),
    POST: addToxic,
  },
  'proxies/*/toxics/*': {
    GET: (proxies, [name = '', toxic = '']) => ok(toxicJson(toxicOf(proxies.get(name), toxic))),
    POST: updateToxic,
    PATCH: updateToxic,
    DELETE: (proxies, [name = '', toxic = '']) => {
      const proxy = proxies.get(name);
      proxy.remove(toxicOf(proxy, toxic));
      return DONE;
    },
  },
};

export const proxyJson = (proxy: TcpProxy): object => ({
  ...proxy.settings,
  enabled: proxy.isEnabled,
  toxics: proxy.toxics.map(toxicJson),
  // Toxiproxy has none, and its clients ignore what they do not know.
  ...(proxy.httpFaults.length === 0 ? {} : { http: proxy.httpFaults }),
});

const toxicJson = ({ name, type, stream, toxicity, attributes }: Toxic): object => ({
  attributes,
  name,
  type,
  stream,
  toxicity,
});
