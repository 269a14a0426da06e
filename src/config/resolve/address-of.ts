import type { PortSpec } from '../../model/pod-spec.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The place from which an address is used. Processes, and the probes of the supervisor, are all on this machine. */
export type Consumer = 'this-machine';

export type AddressOf = (port: Pick<PortSpec, 'host' | 'port'>, consumer: Consumer) => Address;

/**
 * The address at which a consumer reaches a port.
 *
 * @example addressOf({ host: '0.0.0.0', port: 3000 }, 'this-machine') // { host: '127.0.0.1', port: 3000 }
 */
export const addressOf: AddressOf = ({ host, port }, consumer) => {
  switch (consumer) {
    case 'this-machine':
      return { host: fromThisMachine(host), port };
    default:
      return consumer satisfies never;
  }
};

/** Nothing connects to a wildcard address: it means all addresses of the machine, loopback among them. */
const fromThisMachine = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};
