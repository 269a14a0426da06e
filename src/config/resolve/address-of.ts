import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';
import type { PortSpec } from '../../model/pod-spec.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The place from which an address is used. Processes without an image, and probes, are on this machine. */
export type Consumer = 'this-machine' | 'container';

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
    case 'container':
      return { host: isOfThisMachine(host) ? HOST_OF_CONTAINERS : host, port };
    default:
      return consumer satisfies never;
  }
};

const isOfThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.') || isAny(host);

const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Nothing connects to a wildcard address: it means all addresses of the machine, loopback among them. */
const fromThisMachine = (host: string): string => {
  if (!isAny(host)) return host;
  return host === '::' ? '::1' : '127.0.0.1';
};
