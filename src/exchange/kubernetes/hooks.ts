import { commandLine } from '../export/command-line.ts';
import { compact } from '../export/compact.ts';
import type { Pod, Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import { httpGet } from './http-get.ts';
import type { InsidePod } from './inside-pod.ts';
import { toSeconds } from './whole-seconds.ts';

type Hook = NonNullable<Process['preStop']>;

interface HookContext {
  readonly inside: InsidePod;
  /** Grace of the pod. */
  readonly grace: Pod['stop']['grace'];
  readonly lost: ReportLoss;
}

/** What a kubelet does right after a container's start, and before it sends the signal that ends it. */
export const lifecycleOf = (
  { postStart, preStop, stop }: Pick<Process, 'postStart' | 'preStop' | 'stop'>,
  context: HookContext,
): Manifest => {
  if (stop.command !== null)
    context.lost(
      preStop === null
        ? 'it runs before the signal, and not in its place'
        : 'a kubelet runs preStop, and then sends the signal',
      'stop.command',
    );
  return compact({
    postStart: postStart === null ? undefined : handler(postStart, 'postStart', context),
    preStop: preStop === null ? stopCommand(stop, context) : handler(preStop, 'preStop', context),
  });
};

const stopCommand = ({ command }: Process['stop'], { inside }: HookContext): Manifest | undefined =>
  command === null ? undefined : { exec: { command: commandLine(command, inside.plain) } };

const handler = (hook: Hook, name: string, { inside, grace, lost }: HookContext): Manifest => {
  switch (hook.kind) {
    case 'exec':
      return { exec: { command: commandLine(hook.command, inside.plain) } };
    case 'http':
      if (hook.status !== null)
        lost(`a kubelet takes any answer, not only ${hook.status}`, `${name}.http.status`);
      return { httpGet: httpGet(hook, `${name}.http`, inside, lost) };
    case 'sleep': {
      const wanted = toSeconds(hook.duration, `${name}.sleep`, lost);
      const most = Math.ceil(Number(grace) / 1000);
      if (wanted > most)
        lost(`Kubernetes takes no longer time than the grace of the pod, ${most} s`, `${name}.sleep`);
      return { sleep: { seconds: Math.min(wanted, most) } };
    }
    default:
      return hook satisfies never;
  }
};
