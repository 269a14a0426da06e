import { compact } from '../../export/compact.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import { askUrl } from './asks.ts';
import { commandOf } from './commands.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';

type Hook = NonNullable<Process['preStop']>;

interface HookContext {
  readonly inside: InsideService;
  readonly lost: ReportLoss;
  readonly assume: ReportLoss;
}

/** What Compose does right after a container's start, and before it sends the signal that ends it. */
export const hooksOf = (
  { postStart, preStop, stop }: Pick<Process, 'postStart' | 'preStop' | 'stop'>,
  context: HookContext,
): Data => {
  const before = [
    ...(preStop === null ? [] : [hookOf(preStop, 'preStop', context)]),
    ...(stop.command === null ? [] : [{ command: commandOf(stop.command, context.inside) }]),
  ];
  return compact({
    post_start: postStart === null ? undefined : [hookOf(postStart, 'postStart', context)],
    pre_stop: before,
  });
};

const hookOf = (hook: Hook, name: string, { inside, lost, assume }: HookContext): Data => {
  switch (hook.kind) {
    case 'exec':
      return { command: commandOf(hook.command, inside) };
    case 'http':
      if (hook.status !== null)
        lost(`any status below 400 will do, not only ${hook.status}`, `${name}.http.status`);
      assume('its image has wget or curl', `${name}.http`);
      return { command: ['sh', '-c', askUrl(hook, inside)] };
    case 'sleep':
      assume('its image has sleep', `${name}.sleep`);
      return { command: ['sleep', String(Math.ceil(Number(hook.duration) / 1000))] };
    default:
      return hook satisfies never;
  }
};
