import { processesNamed } from '../control/client/resolve-name.ts';
import type { PodClient, ProcessDetails } from '../control/pod-client.ts';
import { unknownProcessText } from '../control/unknown-process.ts';
import { USAGE_ERROR } from './exit-codes.ts';
import { warn } from './warn.ts';

type Found =
  | { readonly ok: true; readonly value: ProcessDetails }
  | { readonly ok: false; readonly exitCode: number };

/** Fetches the details of a process; lists the existing ones if there is no such process. */
export const detailsOf = async (pod: PodClient, name: string): Promise<Found> => {
  const value = await pod.details(name);
  if (value !== null) return { ok: true, value };
  const { processes } = pod.snapshot;
  const instances = processesNamed(processes, name);
  warn(
    instances.length > 0
      ? `app ${name} has instances: name one of ${instances.join(', ')}`
      : unknownProcessText([name], processes),
  );
  return { ok: false, exitCode: USAGE_ERROR };
};
