import type { IncomingMessage, ServerResponse } from 'node:http';
import { logsOf } from '../log-names.ts';
import type { PodRequest, ProcessDetails } from '../pod-client.ts';
import { API_VERSION, type DetailsJson, type ServedPod } from '../protocol.ts';
import { unknownProcessText } from '../unknown-process.ts';
import { jsonLines, type LineStream } from './line-stream.ts';
import { type Query, readQuery } from './query.ts';
import { BODY_LIMIT, readBody } from './read-body.ts';
import { requestShapes } from './request-shapes.ts';
import { followSnapshot, followUsage, type StreamHub, streamEvents, streamLogs } from './streams.ts';

/** Keeps a stream so that it can be finished when the pod ends. */
type KeepStream = (stream: LineStream) => void;

interface Call {
  readonly hub: StreamHub;
  readonly pod: ServedPod;
  readonly keep: KeepStream;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Query;
}

type Answer = (call: Call) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Answer>> = {
  'GET pod': ({ hub, response, query, keep }) =>
    query.follow ? keep(followSnapshot(hub, response)) : send(response, 200, hub.snapshotLine),
  'GET events': (call) => {
    if (isOfThisRun(call)) call.keep(streamEvents(call.hub, call.response, call.query));
  },
  'GET logs': (call) => {
    if (areKnown(call)) call.keep(streamLogs(call.hub, call.response, call.query));
  },
  'GET usage': ({ hub, response, query, keep }) => keep(followUsage(hub, response, query)),
  'GET ui': ({ pod, response }) => answer(response, 200, pod.spec.ui),
  'POST requests': (call) => takeRequest(call),
};

export const route = async (
  hub: StreamHub,
  request: IncomingMessage,
  response: ServerResponse,
  keep: KeepStream,
): Promise<void> => {
  const url = URL.parse(request.url ?? '', 'http://pod');
  const path = url?.pathname ?? '';
  const rest = path.startsWith(`/v${API_VERSION}/`) ? path.slice(`/v${API_VERSION}/`.length) : null;
  const query = url === null ? null : await readQuery(url.searchParams);
  if (rest === null) return refuse(response, 404, `there is no ${path}; paths begin with /v${API_VERSION}/`);
  if (query === null)
    return refuse(response, 400, 'the query has something that is not known, or out of range');
  const call: Call = { hub, pod: hub.pod, keep, request, response, query };
  const own = ROUTES[`${request.method} ${rest}`];
  if (own !== undefined) return own(call);
  const name = /^processes\/([a-z0-9-]{1,63})$/.exec(rest)?.[1];
  if (request.method === 'GET' && name !== undefined) return sendDetails(call, name);
  refuse(response, 404, `there is no ${request.method} ${path.slice(0, 200)}`);
};

/** Time for a client to take an answer. */
const TAKEN_WITHIN_MS = 10_000;

const answer = (response: ServerResponse, status: number, body: object): void =>
  send(response, status, jsonLines([body]));

const send = (response: ServerResponse, status: number, bytes: Buffer): void => {
  if (response.headersSent || response.destroyed) return;
  response.setTimeout(TAKEN_WITHIN_MS, () => response.destroy());
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
};

export const refuse = (response: ServerResponse, status: number, message: string): void =>
  answer(response, status, { ok: false, message });

/** A client of an earlier run would wait for events that have long been, under other numbers. */
const isOfThisRun = ({ pod, response, query }: Call): boolean => {
  const { last } = pod.events;
  if (query.since === null || query.since <= last) return true;
  const what = `there is no event ${query.since} yet: the newest is ${last}`;
  refuse(response, 400, `${what}; numbers begin again with each run, so ask from 0`);
  return false;
};

const areKnown = ({ pod, response, query }: Call): boolean => {
  const { processes } = pod.client.snapshot;
  const known = new Set(logsOf(pod.client.snapshot));
  const unknown = query.processes.filter((name) => !known.has(name));
  if (unknown.length === 0) return true;
  refuse(response, 404, unknownProcessText(unknown, processes));
  return false;
};

const sendDetails = async ({ pod, response, query }: Call, name: string): Promise<void> => {
  const details = await pod.client.details(name);
  if (details !== null) return answer(response, 200, masked(details, query.reveal));
  refuse(response, 404, unknownProcessText([name], pod.client.snapshot.processes));
};

const masked = (details: ProcessDetails, reveal: boolean): DetailsJson => ({
  ...details,
  env: details.env.map((variable) => ({
    ...variable,
    value: variable.isSecret && !reveal ? null : variable.value,
  })),
});

const takeRequest = async ({ pod, request, response }: Call): Promise<void> => {
  const body = await readBody(request);
  if (body === null) return refuse(response, 413, `a request has at most ${BODY_LIMIT} bytes`);
  const { requestSchema } = await requestShapes();
  const parsed = requestSchema.safeParse(parseJson(body));
  if (!parsed.success) return refuse(response, 400, 'this is no request: see docs/control-api.md');
  const outcome = await pod.client.request(parsed.data satisfies PodRequest);
  answer(response, outcome.ok ? 200 : 409, outcome);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
