import type { LogOutput } from '../../config/observe/log-outputs.ts';
import type { LogShipperOptions } from '../../config/observe/log-shipper.ts';
import { kindsOf } from './outputs/kinds.ts';

interface Destination {
  readonly name: string;
  readonly output: LogOutput;
}

/** The destinations with their names: their kind, and `http-2` for the second one of a kind. */
export const destinationsOf = ({ to }: LogShipperOptions): readonly Destination[] => {
  const outputs = Array.isArray(to) ? (to as readonly LogOutput[]) : [to as LogOutput];
  const taken = new Map<string, number>();
  return outputs.map((output) => {
    const [kind = 'output'] = kindsOf(output);
    const turn = (taken.get(kind) ?? 0) + 1;
    taken.set(kind, turn);
    return { name: output.name ?? (turn === 1 ? kind : `${kind}-${turn}`), output };
  });
};
