import type { Fields } from '../form/found-pod.ts';
import { interpolated } from '../form/interpolation.ts';
import type { ReportLoss } from '../form/losses.ts';
import { urlAsked, urlAskedBy } from '../form/url-asked.ts';
import { fromGoDuration } from '../reading/durations.ts';
import { list, number, record, text } from '../reading/read-yaml.ts';

/** What reading a healthcheck needs to know of its service. */
export interface ProbeContext {
  /** Fills in variables where a config has none. */
  now(written: string): string;
  /** Path of this machine for one of the container. */
  path(word: string): string;
  readonly reportLoss: ReportLoss;
}

/** Compose's own defaults, written out because a config has others. */
const PERIOD = '30s';
const TIMEOUT = '30s';

/** Reads a Compose `healthcheck` as a readiness probe, which `service_healthy` waits for. */
export const readHealthcheck = (healthcheck: unknown, context: ProbeContext): Fields | undefined => {
  const { test, disable, interval, timeout, retries } = record(healthcheck);
  const target = disable === true ? undefined : (portAsked(test) ?? readTest(test, context));
  if (target === undefined) return undefined;
  const duration = (value: unknown, other: string): string =>
    fromGoDuration(context.now(text(value) ?? '')) ?? other;
  const failures = number(context.now(text(retries) ?? ''));
  return {
    ...target,
    period: unlessUsual(duration(interval, PERIOD)),
    timeout: unlessUsual(duration(timeout, TIMEOUT)),
    failureThreshold: failures === 3 ? undefined : failures,
  };
};

/** A config has this time without a word. */
const unlessUsual = (time: string): string | undefined => (time === '1s' ? undefined : time);

/** What an export of a pod asks: the first port that the shell of an image can open a connection to, or a URL. */
const portAsked = (test: unknown): Fields | undefined => {
  const [kind, line] = list(test).map((word) => text(word) ?? '');
  if (kind !== 'CMD-SHELL' || line === undefined) return undefined;
  const port = ASKING_FOR_A_PORT.exec(line)?.[1];
  if (port !== undefined) return { tcp: Number(port) };
  const url = /^wget -q -O \/dev\/null '?([^' ]+)'? \|\| curl -fsSL -o \/dev\/null '?\1'?$/.exec(line)?.[1];
  return url === undefined ? undefined : { http: url.replaceAll('$$', '$') };
};

const ASKING_FOR_A_PORT =
  /^nc -z 127\.0\.0\.1 (\d+) \|\| nc 127\.0\.0\.1 \1 -e true \|\| bash -c ': < \/dev\/tcp\/127\.0\.0\.1\/\1'$/;

const readTest = (test: unknown, { path, reportLoss }: ProbeContext): Fields | undefined => {
  if (typeof test === 'string') return shellTest(test);
  const [kind, ...words] = list(test).map((word) => text(word) ?? '');
  if (kind === 'CMD-SHELL') return shellTest(words.join(' '));
  if (kind !== 'CMD') return undefined;
  return urlAsked(words) ?? { exec: words.map((word) => interpolated(path(word), reportLoss)) };
};

// The shell fills in its variables itself.
const shellTest = (line: string): Fields => urlAskedBy(line) ?? { exec: interpolateForShell(line) };

/** Removes Compose's own escape from a line for the shell; the rest reads the same there. */
export const interpolateForShell = (line: string): string => line.replaceAll('$$', '$');
