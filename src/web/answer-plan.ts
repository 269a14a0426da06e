import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../control/answer.ts';
import { type Connection, PodGone, PodSilent } from '../control/client/connection.ts';
import type { PodSnapshot } from '../control/pod-snapshot.ts';
import { absenceSentence, failureSentence } from '../observe/failure-text.ts';
import { chosenSidecar, findSidecar } from '../observe/find-sidecar.ts';
import { getJson } from '../observe/get-json.ts';
import { LiveStream } from './live-stream.ts';
import type { PageFiles } from './page-files.ts';
import { readPageRequest } from './page-request.ts';
import type { Plan } from './plan-request.ts';
import { SAFE_HEADERS } from './response-headers.ts';

export interface Answering {
  readonly files: PageFiles;
  readonly connection: Connection;
  readonly snapshot: () => PodSnapshot;
  readonly keep: (stream: LiveStream) => void;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A request of the page has a few dozen bytes. */
const BODY_LIMIT = 1024;

export const answerPlan = (plan: Plan, answering: Answering): Promise<void> | void => {
  switch (plan.kind) {
    case 'file':
      return sendFile(plan.name, answering);
    case 'live':
      return openLive(plan.since, answering);
    case 'details':
      return passOn(answering, (connection) => connection.get(`processes/${plan.process}`));
    case 'request':
      return takeRequest(answering);
    case 'sidecar':
      return askSidecar(plan, answering);
    default:
      return plan satisfies never;
  }
};

const sendFile = (name: string, { files, response }: Answering): void => {
  const file = files.get(name);
  if (file === undefined) return refuse(response, 404, 'the page has no such file');
  send(response, 200, file.type, file.bytes);
};

const openLive = (since: number | null, { connection, response, keep }: Answering): Promise<void> => {
  const stream = new LiveStream(response);
  keep(stream);
  return stream.relay(connection, since);
};

const takeRequest = async (answering: Answering): Promise<void> => {
  const { request, response } = answering;
  const body = await readBody(request);
  if (body === null) return refuse(response, 413, `a request has at most ${BODY_LIMIT} bytes`);
  const asked = readPageRequest(body);
  if (asked === null) return refuse(response, 400, 'a request is start, stop or restart of a process');
  return passOn(answering, (connection) => connection.post('requests', asked));
};

/** `null`: it is longer than the limit. */
const readBody = async (request: IncomingMessage): Promise<string | null> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > BODY_LIMIT) return null;
  }
  return text;
};

/** Asks the pod, and answers what it answers. */
const passOn = async (
  { connection, response }: Answering,
  ask: (connection: Connection) => Promise<Answer<object>>,
): Promise<void> => {
  try {
    const answer = await ask(connection);
    if (answer.ok) sendJson(response, 200, answer.value);
    else refuse(response, 409, answer.message);
  } catch (error) {
    if (error instanceof PodGone) return refuse(response, 410, 'the pod has ended');
    if (error instanceof PodSilent) return refuse(response, 504, 'the pod does not answer');
    throw error;
  }
};

const askSidecar = async (
  { use, port, path, from }: Extract<Plan, { readonly kind: 'sidecar' }>,
  { snapshot, response }: Answering,
): Promise<void> => {
  const pod = snapshot();
  const name = chosenSidecar(pod, { use, chosen: from });
  const found = findSidecar(pod, { use, port, name });
  if (!found.ok) return refuse(response, 404, absenceSentence(found.absence), found.absence.kind);
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const answer = await getJson<object>(found, path, { signal: leaving.signal });
  if (answer.ok) return sendJson(response, 200, answer.value);
  const { failure } = answer;
  const status = failure.kind === 'status' ? failure.status : 502;
  refuse(response, status, failureSentence(found.process, failure));
};

/** `absence`: why there is no such sidecar, for a page that says what to add. */
export const refuse = (response: ServerResponse, status: number, message: string, absence?: string): void =>
  sendJson(response, status, {
    ok: false,
    message,
    ...(absence === undefined ? {} : { absence }),
  });

const sendJson = (response: ServerResponse, status: number, value: object): void =>
  send(response, status, 'application/json', Buffer.from(JSON.stringify(value)));

const send = (response: ServerResponse, status: number, type: string, bytes: Buffer): void => {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...SAFE_HEADERS, 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
};
