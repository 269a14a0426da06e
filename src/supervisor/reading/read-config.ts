import { Socket } from 'node:net';
import { ConfigModules } from '../../config/config-modules.ts';
import { messageOf } from '../../config/module-problem.ts';
import { declaredPorts, type LoadedConfig, wantedProcesses } from '../../config/resolve-pod.ts';
import type { ConfigFailure } from '../../core/config-problem.ts';
import { formatConfigProblems } from '../../report/config-problems.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import { load, resolve } from '../load-pod-config.ts';
import { withLabel } from '../prepare-pod.ts';
import { READER_FD, type ReadReply, type ReadRequest, type Refused, type ResolveReply } from './messages.ts';
import { ValueStream } from './value-stream.ts';

// A program of its own: reads the config of a pod that lives, so that nothing the config does can reach it.

const parent = new Socket({ fd: READER_FD });
const values = new ValueStream(parent);

const read = async (): Promise<void> => {
  const request = (await values.next()) as ReadRequest;
  takeOver(request);
  // Where the config waits for what nothing is left to bring, it is not to be kept waiting by us.
  parent.unref();
  const { preparation, runId } = request;
  const modules = new ConfigModules();
  const found = await load(preparation, modules);
  const { files } = modules;
  if (!found.ok) return values.send({ ...refused(found), files } satisfies ReadReply);
  const loaded = withLabel(found.value, preparation.label);
  values.send({ ok: true, files, pod: podOf(loaded, request) } satisfies ReadReply);
  parent.ref();
  const ports = (await values.next()) as AllocatedPorts;
  const spec = resolve(preparation, loaded, ports, runId);
  values.send((spec.ok ? { ok: true, spec: spec.value } : refused(spec)) satisfies ResolveReply);
};

/** As if it were read where the pod lives. */
const takeOver = ({ argv, env }: ReadRequest): void => {
  process.argv = [...argv];
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
};

const podOf = (loaded: LoadedConfig, { preparation }: ReadRequest) => ({
  name: loaded.name,
  folder: loaded.folder,
  ports: declaredPorts(loaded),
  wanted: wantedProcesses(loaded, preparation),
});

const refused = (failure: ConfigFailure): Refused => ({
  ok: false,
  message: formatConfigProblems(failure, { color: false }).trimEnd(),
});

const fail = (error: unknown): void => {
  values.send({
    ok: false,
    files: [],
    message: `the config failed: ${messageOf(error)}`,
  } satisfies ReadReply);
};

process.on('uncaughtException', fail);
// Whatever the config has left behind to be done goes with it.
read()
  .catch(fail)
  .finally(() => parent.end(() => process.exit()));
