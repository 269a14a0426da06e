import type { Fields, Value } from '../../form/found-pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { asValue } from '../../form/replace-in-text.ts';
import { Template } from '../../form/template.ts';
import type { Source } from '../../format.ts';
import { fromSeconds } from '../../reading/durations.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import type { Member } from './members.ts';
import { isLocalHost } from './ports.ts';
import type { References } from './references.ts';

export interface ActionContext {
  readonly member: Member;
  readonly members: readonly Member[];
  readonly references: References;
  readonly purpose: Source['purpose'];
  readonly lost: ReportLoss;
}

/** What a kubelet does by default, and for a period of 0: every 10 seconds. */
const PERIOD = 10;

export const probeOf = (field: string, context: ActionContext): Fields | undefined => {
  const written = record(context.member.data[field]);
  const target = targetOf(written, field, context);
  if (target === undefined) return undefined;
  const given = (name: string, usual: number): number => number(written[name]) || usual;
  const seconds = (name: string, usual: number): string | undefined => {
    const value = given(name, usual);
    return value === (HERE[name] ?? usual) ? undefined : fromSeconds(value);
  };
  const failures = given('failureThreshold', 3);
  const successes = given('successThreshold', 1);
  const grace = number(written['terminationGracePeriodSeconds']);
  return {
    ...target,
    initialDelay: seconds('initialDelaySeconds', 0),
    period: seconds('periodSeconds', PERIOD),
    timeout: seconds('timeoutSeconds', 1),
    failureThreshold: failures === (field === 'startupProbe' ? STARTUP_FAILURES : 3) ? undefined : failures,
    successThreshold: successes === 1 ? undefined : successes,
    grace: grace === undefined ? undefined : fromSeconds(grace),
  };
};

/** Defaults of a config that are not those of a kubelet, in seconds. */
const HERE: Readonly<Record<string, number>> = { periodSeconds: 1 };
const STARTUP_FAILURES = 60;

const targetOf = (written: Data, field: string, context: ActionContext): Fields | undefined => {
  const { exec, httpGet, tcpSocket, grpc } = written;
  if (exec !== undefined) return { exec: execOf(exec, context) };
  if (httpGet !== undefined) return httpOf(record(httpGet), field, context);
  if (tcpSocket === undefined && grpc === undefined) return undefined;
  const port = portOf(record(tcpSocket ?? grpc)['port'], context);
  const host = text(record(tcpSocket)['host']);
  if (port === undefined || !isLocalHost(host)) {
    context.lost(isLocalHost(host) ? 'it has no such port' : `it asks ${host}, and not the container`, field);
    return undefined;
  }
  if (tcpSocket !== undefined) return { tcp: port };
  const service = text(record(grpc)['service']);
  return { grpc: service === undefined || service === '' ? port : { port, service } };
};

/** A port of the container by its name, or of another one that has it in the same pod. */
const portOf = (written: unknown, { member, members }: ActionContext): Value | undefined => {
  const isIt = (port: Member['ports'][number]): boolean =>
    port.name === written || port.number === number(written);
  const own = member.ports.find(isIt);
  if (own !== undefined) return own.name;
  const beside = members.filter(({ workload }) => workload === member.workload);
  const other = beside.find(({ ports }) => ports.some(isIt));
  const port = other?.ports.find(isIt)?.name;
  return other === undefined || port === undefined
    ? undefined
    : new Template([{ kind: 'port', process: other.label, port }]);
};

/** `sh -c LINE` is a line. */
export const execOf = (
  exec: unknown,
  { references, purpose }: Pick<ActionContext, 'references' | 'purpose'>,
): Value => {
  const words = list(record(exec)['command']).map((word) =>
    asValue(references.readOwn([text(word) ?? ''], purpose)),
  );
  return lineOf(words) ?? words;
};

export const lineOf = (words: readonly Value[]): Value | undefined =>
  words.length === 3 && /^(\/bin\/)?sh$/.test(String(words[0])) && words[1] === '-c' ? words[2] : undefined;

const httpOf = (written: Data, field: string, context: ActionContext): Fields | undefined => {
  const port = portOf(written['port'], context);
  const host = isLocalHost(written['host']) ? undefined : text(written['host']);
  const path = text(written['path']) ?? '/';
  const at = path.startsWith('/') ? path : `/${path}`;
  if (port === undefined && host === undefined) {
    context.lost(`it has no port ${text(written['port']) ?? ''}`, field);
    return undefined;
  }
  const headers = list(written['httpHeaders'])
    .map(record)
    .map((header) => [text(header['name']) ?? '', text(header['value']) ?? ''] as const);
  const isSecure = written['scheme'] === 'HTTPS';
  if (host !== undefined) {
    if (headers.length > 0) context.lost('a probe of a URL sends none', `${field}.httpHeaders`);
    const own = context.member.ports.find(({ name }) => name === written['port'])?.number;
    const asked = own ?? number(written['port']) ?? 80;
    return { http: `${isSecure ? 'https' : 'http'}://${host}:${asked}${at}` };
  }
  const isFirst = port === context.member.ports[0]?.name;
  if (isFirst && headers.length === 0 && !isSecure) return { http: at };
  return {
    http: {
      scheme: isSecure ? 'https' : undefined,
      port: isFirst ? undefined : port,
      path: at,
      headers: headers.length === 0 ? undefined : Object.fromEntries(headers),
    },
  };
};

export const hookOf = (field: 'postStart' | 'preStop', context: ActionContext): Value | undefined => {
  const written = record(record(context.member.data['lifecycle'])[field]);
  const { exec, httpGet, sleep } = written;
  if (exec !== undefined) return execOf(exec, context);
  if (sleep !== undefined) return { sleep: fromSeconds(number(record(sleep)['seconds']) ?? 0) };
  if (httpGet !== undefined) return httpOf(record(httpGet), field, context);
  if (Object.keys(written).length > 0) context.lost('a hook opens no connection', `lifecycle.${field}`);
  return undefined;
};
