import type { PortSpec } from '../../model/pod-spec.ts';
import { portsOf } from './declared.ts';
import type { FilledProcess } from './filled-process.ts';

/** Ports of each process, in the order of declaration, with their assigned numbers. */
export const resolvePorts = (
  processes: readonly FilledProcess[],
  numbers: ReadonlyMap<string, ReadonlyMap<string, number>>,
): ReadonlyMap<string, readonly PortSpec[]> =>
  new Map(
    processes.map((process) => {
      const ports = portsOf(process).map(({ name, port, target, protocol, host, activate }): PortSpec => {
        const number = numbers.get(process.name)?.get(name);
        if (number === undefined) throw new Error(`no number was given for port ${name} of ${process.name}`);
        return {
          name,
          port: number,
          target: target ?? number,
          protocol,
          host,
          auto: port === 'auto',
          activate,
        };
      });
      return [process.name, ports];
    }),
  );
