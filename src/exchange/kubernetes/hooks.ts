import { commandLine } from '../export/command-line.ts';
import { compact } from '../export/compact.ts';
import type { Process } from '../export/pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';
import { httpGet, seconds } from './probes.ts';

type Hook = NonNullable<Process['preStop']>;

/** What a kubelet does right after a container's start, and before it sends the signal that ends it. */
export const lifecycleOf = (
  { postStart, preStop, stop }: Pick<Process, 'postStart' | 'preStop' | 'stop'>,
  inside: InsidePod,
  lost: ReportLoss,
): Manifest =>
  compact({
    postStart: postStart === null ? undefined : handler(postStart, 'postStart', inside, lost),
    preStop: preStop === null ? stopCommand(stop, inside) : handler(preStop, 'preStop', inside, lost),
  });

/** The signal comes after it, to what is left. */
const stopCommand = ({ command }: Process['stop'], inside: InsidePod): Manifest | undefined =>
  command === null ? undefined : { exec: { command: commandLine(command, inside.plain) } };

const handler = (hook: Hook, name: string, inside: InsidePod, lost: ReportLoss): Manifest => {
  switch (hook.kind) {
    case 'exec':
      return { exec: { command: commandLine(hook.command, inside.plain) } };
    case 'http':
      if (hook.status !== null)
        lost(`a kubelet takes any answer, not only ${hook.status}`, `${name}.http.status`);
      return { httpGet: httpGet(inside.plain(hook.url), hook.headers, inside) };
    case 'sleep':
      return { sleep: { seconds: seconds(hook.duration) } };
    default:
      return hook satisfies never;
  }
};
