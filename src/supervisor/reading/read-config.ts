import { Socket } from 'node:net';
import { ConfigModules } from '../../config/load/config-modules.ts';
import { errorMessage } from '../../model/error-message.ts';
import type { ConfigFailure } from '../../model/failures/config-problem.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { formatConfigProblems } from '../../report/config-problems.ts';
import { setHardDeadline } from '../../runtime/native/hard-deadline.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import { every } from '../../time/timers.ts';
import { load, resolve } from '../load-pod-config.ts';
import {
  type FailedLater,
  LOOPS,
  READER_FD,
  type ReadReply,
  type ReadRequest,
  type Refused,
  type ResolveReply,
} from './messages.ts';
import { podOf, withLabel } from './pod-of.ts';
import { ValueStream } from './value-stream.ts';

// A program of its own: it reads the config of a running pod, so that nothing the config does can reach the pod.

const parent = new Socket({ fd: READER_FD });
const values = new ValueStream(parent);

const APART = { isApart: true, exitCode: LOOPS };

/** Resolves with true if the program is to stay. */
const read = async (): Promise<boolean> => {
  const request = (await values.next()) as ReadRequest;
  takeOver(request);
  // If the config waits for something that can never come, this channel must not keep it waiting.
  parent.unref();
  const { preparation, runId } = request;
  const modules = new ConfigModules();
  const found = await load(preparation, modules, APART);
  const { files } = modules;
  if (!found.ok) {
    values.send({ ...refused(found), files } satisfies ReadReply);
    return false;
  }
  const loaded = withLabel(found.value, preparation.label);
  values.send({ ok: true, files, pod: podOf(loaded, preparation) } satisfies ReadReply);
  parent.ref();
  const ports = (await values.next()) as AllocatedPorts;
  const spec = await resolve(preparation, loaded, { ports, runId, ...APART });
  values.send((spec.ok ? { ok: true, spec: spec.value } : refused(spec)) satisfies ResolveReply);
  return spec.ok && request.stays;
};

/** Makes this process look like the pod's to the config. */
const takeOver = ({ argv, env }: ReadRequest): void => {
  process.argv = [...argv];
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
};

const refused = (failure: ConfigFailure): Refused => ({
  ok: false,
  failure,
  message: formatConfigProblems(failure, { color: false }).trimEnd(),
});

const fail = (error: unknown): void => {
  values.send({
    ok: false,
    files: [],
    message: `the config failed: ${errorMessage(error)}`,
  } satisfies ReadReply);
};

const MOST_FAILURES = 100;
const LOOPS_AFTER: Milliseconds = 21_000;
const LIVES_EVERY: Milliseconds = 5_000;

/** Runs as long as the pod, while there is something to do. A loop that never yields is ended. */
const stay = (): void => {
  let failures = 0;
  process.off('uncaughtException', fail);
  process.on('uncaughtException', (error) => {
    failures += 1;
    if (failures <= MOST_FAILURES) values.send({ message: errorMessage(error) } satisfies FailedLater);
  });
  const words = 'code that the config started loops, and is ended';
  let deadline = setHardDeadline(LOOPS_AFTER, LOOPS, words);
  const renew = (): void => {
    deadline?.callOff();
    deadline = setHardDeadline(LOOPS_AFTER, LOOPS, words);
  };
  every(LIVES_EVERY, renew);
  parent.on('close', () => process.exit());
  parent.unref();
};

process.on('uncaughtException', fail);
const leave = (): void => void parent.end(() => process.exit());

read().then(
  (stays) => (stays ? stay() : leave()),
  (error) => {
    fail(error);
    leave();
  },
);
