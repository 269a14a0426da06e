import type { Fields, Value } from '../../form/found-pod.ts';
import { fromGoDuration } from '../../reading/durations.ts';
import { type Data, list, number, record, text } from '../../reading/read-yaml.ts';
import { type Context, reportProblem } from './context.ts';
import { flagOf } from './flag-of.ts';

interface Health {
  /** True if another service waits until this one is healthy. */
  readonly isAwaited: boolean;
  /** True if its port is published, so that it will listen there. */
  readonly listens: boolean;
  readonly hasTcpPort: boolean;
}

/**
 * The healthcheck as a readiness probe. Without one, a service is ready when a published port answers, or else as soon as it
 * has started.
 */
export const readReadiness = (
  context: Context,
  name: string,
  service: Data,
  { isAwaited, listens, hasTcpPort }: Health,
): Value | undefined => {
  const reportLoss = context.losses.of(name);
  const { test, disable, interval, timeout, retries } = record(service['healthcheck']);
  const exec = flagOf(disable) === true ? 'none' : readTest(context, name, test);
  if (exec === 'none') return false;
  if (exec !== undefined)
    return {
      exec,
      period: lasting(interval) ?? '30s',
      timeout: lasting(timeout) ?? '30s',
      failureThreshold: failures(number(retries)),
    };
  if (!isAwaited) return listens ? undefined : false;
  const until = hasTcpPort ? 'its port answers' : 'it has started';
  reportLoss(`the HEALTHCHECK of its image is not read: it is healthy when ${until}`);
  return hasTcpPort ? undefined : false;
};

/** A time of 0 is the default. */
const lasting = (written: unknown): string | undefined =>
  /[1-9]/.test(text(written) ?? '') ? durationOf(written) : undefined;

const failures = (retries: number | undefined): number | undefined =>
  retries === undefined || retries === 0 || retries === 3 ? undefined : Math.max(1, retries);

const readTest = (context: Context, name: string, test: unknown): Value | 'none' | undefined => {
  if (test === undefined || test === null) return undefined;
  if (typeof test === 'string') return test === '' ? undefined : test;
  const [kind, ...words] = list(test).map((word) => text(word) ?? '');
  if (kind === undefined) return undefined;
  if (kind === 'NONE') return 'none';
  if (kind === 'CMD-SHELL' && words.length > 0) return words.join(' ');
  if (kind === 'CMD' && words.length > 0) return words;
  const why = kind.startsWith('CMD')
    ? `${kind} has no command behind it`
    : `a list begins with CMD, CMD-SHELL or NONE, and not with '${kind}'`;
  reportProblem(context, name, ['healthcheck', 'test'], why);
  return undefined;
};

export const durationOf = (written: unknown): string | undefined => fromGoDuration(text(written) ?? '');

/** `stop_signal`, and `stop_grace_period`, which is 10 seconds without one. */
export const readStop = ({ stop_signal: signal, stop_grace_period: grace }: Data): Fields => ({
  signal: text(signal),
  grace: durationOf(grace) ?? '10s',
});
