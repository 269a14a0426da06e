import { resolve } from 'node:path';
import type { Duration } from '../config/quantities.ts';
import { parseDuration } from '../config/schema/duration.ts';
import type { Config } from '../config/types.ts';
import { upOf } from '../control/client/pod-up.ts';
import type {
  PodClient,
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  RequestOutcome,
} from '../control/pod-client.ts';
import type { PodEventJson } from '../control/pod-event-json.ts';
import type { ConfigProblem } from '../model/failures/config-problem.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { formatConfigProblems } from '../report/config-problems.ts';
import { engineObstacleTexts } from '../report/obstacle-texts.ts';
import { describePortFailure } from '../report/port-failures.ts';
import { requirementText } from '../report/requirement-text.ts';
import { storageFailureText } from '../report/storage-failures.ts';
import { unsupportedText } from '../report/unsupported-text.ts';
import { loadLibc } from '../runtime/native/libc.ts';
import { OutputFifos } from '../runtime/output/output-fifos.ts';
import type { NumberedEvent } from '../supervisor/event-history.ts';
import { openPod, type Pod } from '../supervisor/pod.ts';
import type { PreparationFailure } from '../supervisor/preparation.ts';
import { type PreparedPod, preparePod } from '../supervisor/prepare-pod.ts';
import { PodError } from './pod-error.ts';
import type { PodEnd, PodLine, RunningPod, StartOptions } from './running-pod.ts';

export const startLocalPod = async (config: Config, options: StartOptions): Promise<RunningPod> => {
  const startTimeout = options.startTimeout === undefined ? null : durationOf(options.startTimeout);
  const openFifos = OutputFifos.begin(loadLibc());
  const prepared = await preparePod(
    {
      origin: { kind: 'given', config, folder: resolve(options.cwd ?? '.') },
      mode: 'library',
      label: null,
      only: options.only ?? [],
      without: options.without ?? [],
      env: definedIn(options.env ?? process.env),
      colors: false,
      primaryCommand: null,
      callerStreams: 'none',
      cache: null,
      primaryArgs: [],
      watching: false,
      purpose: 'run',
    },
    { openFifos },
  );
  if (!prepared.ok) throw preparationError(prepared.failure);
  const opened = await openPod(prepared.pod, 'library');
  if (!opened.ok) throw storageError(opened.failures);
  opened.pod.start(startTimeout);
  return new LocalPod(opened.pod, prepared.pod);
};

/** A pod that runs in this process, as the library returns it. */
class LocalPod implements RunningPod {
  readonly name: string;
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly ended: Promise<PodEnd>;
  readonly #pod: Pod;

  constructor(pod: Pod, { spec }: PreparedPod) {
    this.#pod = pod;
    this.name = spec.name;
    this.ports = portsOf(spec);
    this.volumes = Object.fromEntries([...spec.volumes].map(([name, { path }]) => [name, path]));
    this.ended = this.#untilEnded();
  }

  get #client(): PodClient {
    return this.#pod.client;
  }

  get events(): AsyncIterable<PodEventJson> {
    return eventsOf(this.#pod);
  }

  request(request: PodRequest): Promise<RequestOutcome> {
    return this.#client.request(request);
  }

  details(process: string): Promise<ProcessDetails | null> {
    return this.#client.details(process);
  }

  logs(process: string | null = null, count = 100): readonly PodLine[] {
    return this.#client
      .log(process)
      .before(Number.POSITIVE_INFINITY, count)
      .map(({ process: name, stream, time, line }) => ({
        process: name,
        stream,
        time,
        line: line.toString(),
      }));
  }

  status(): PodSnapshot {
    return this.#client.snapshot;
  }

  ready(): Promise<void> {
    return this.#until(isReady);
  }

  async restart(process: string): Promise<void> {
    const before = this.status();
    const outcome = await this.#client.request({ type: 'restart', process });
    if (!outcome.ok) throw new PodError({ kind: 'refused', process }, outcome.message);
    await this.#until((snapshot) => isRestarted(snapshot, before, process));
  }

  async stop({ grace }: { readonly grace?: Duration } = {}): Promise<PodEnd> {
    await this.#client.request({
      type: 'stop-pod',
      grace: grace === undefined ? null : durationOf(grace),
      by: 'stop()',
    });
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #untilEnded(): Promise<PodEnd> {
    const exitCode = await this.#pod.ended;
    const failures = await this.#pod.close();
    const { reason } = this.status();
    return { exitCode, reason: reason ?? '', leftBehind: failures };
  }

  /** Resolves when `holds` returns true. Rejects with what it throws, or when the pod stops. */
  #until(holds: (snapshot: PodSnapshot) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          if (!isOver(this.status(), holds)) return;
          resolve();
        } catch (error) {
          reject(error as PodError);
        }
        end();
      };
      const end = this.#client.onChange(look);
      look();
    });
  }
}

const isOver = (snapshot: PodSnapshot, holds: (snapshot: PodSnapshot) => boolean): boolean => {
  if (holds(snapshot)) return true;
  const { state, reason, exitCode, name } = snapshot;
  if (state !== 'stopping' && state !== 'stopped') return false;
  throw new PodError({ kind: 'ended', reason, exitCode }, `pod ${name} ended: ${reason ?? 'it was stopped'}`);
};

const isReady = (snapshot: PodSnapshot): boolean => upOf(snapshot) === 'holds';

const isRestarted = (now: PodSnapshot, before: PodSnapshot, name: string): boolean => {
  const [old, process] = [before, now].map(({ processes }) => processes.find((one) => one.name === name));
  if (process === undefined || process.since === old?.since) return false;
  if (process.state === 'failed') {
    const reason = process.why;
    const message = `${name} has failed${reason === null ? '' : `: ${reason}`}`;
    throw new PodError({ kind: 'process-failed', process: name, reason }, message);
  }
  if (process.state === 'completed') return true;
  return process.state === 'ready' && process.launchedAt !== old?.launchedAt;
};

const portsOf = ({ processes }: PodSpec): LocalPod['ports'] =>
  Object.fromEntries(
    [...processes.values()]
      .filter(({ ports }) => ports.length > 0)
      .map(({ name, ports }) => [name, Object.fromEntries(ports.map((port) => [port.name, port.port]))]),
  );

/** Yields the kept events at once, then new ones, up to the last event of the pod. */
async function* eventsOf({ events }: Pod): AsyncGenerator<PodEventJson, void> {
  let seq = 0;
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = events.onEvent(resolve);
    const fresh = events.since(seq);
    if (fresh.length === 0) await promise;
    end();
    for (const event of fresh) {
      seq = event.seq;
      yield event as NumberedEvent & PodEventJson;
      if (event.type === 'pod' && event['state'] === 'stopped') return;
    }
  }
}

const durationOf = (given: Duration): Milliseconds => {
  const ms = parseDuration(given);
  if (ms !== null) return ms;
  throw new TypeError(`${String(given)} is not a duration such as 250, '250ms', '10s' or '5m'`);
};

const definedIn = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const preparationError = (failure: PreparationFailure): PodError => {
  switch (failure.kind) {
    case 'config':
      return configError(failure.failure.problems);
    case 'ports': {
      const words = failure.failures.map(describePortFailure);
      return new PodError(failure, words.map(({ problem, advice }) => `${problem}; ${advice}`).join('\n'));
    }
    case 'unsupported':
      return new PodError(failure, failure.failures.map(unsupportedText).join('\n'));
    case 'isolation':
    case 'containers':
      return new PodError(failure, engineObstacleTexts(failure).join('\n'));
    case 'requirements':
      return new PodError(failure, failure.failures.map(requirementText).join('\n'));
    case 'certificates':
      return new PodError({ kind: 'certificates' }, failure.message);
    case 'storage':
      return storageError(failure.failures);
    case 'runs-already':
      throw new Error('only pods of config files have a place of their own');
    default:
      return failure satisfies never;
  }
};

const configError = (problems: readonly ConfigProblem[]): PodError => {
  const words = formatConfigProblems({ ok: false, file: null, problems }, { color: false });
  return new PodError({ kind: 'config', problems }, words.trimEnd());
};

const storageError = (failures: readonly StorageFailure[]): PodError => {
  const told = failures.map((failure) => ({ ...failure, message: storageFailureText(failure) }));
  return new PodError({ kind: 'storage', failures: told }, told.map(({ message }) => message).join('\n'));
};
