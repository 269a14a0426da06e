/**
 * The network in which a container reaches the loopback addresses of this machine.
 *
 * `user-mode`: a program in user space, which has an address for these (slirp4netns, pasta). `bridge`: containers
 * reach an address of this machine, where a relay passes connections on. `desktop`: the engine is in a virtual machine,
 * and has a name for this one.
 */
export type ContainerNetwork =
  | { readonly kind: 'user-mode'; readonly program: 'slirp4netns' | 'pasta' }
  | BridgeNetwork
  | { readonly kind: 'desktop' };

/** `gateway`: address of this machine in it. `subnet`: its addresses, as `172.17.0.0/16`. */
export interface BridgeNetwork {
  readonly kind: 'bridge';
  readonly gateway: string;
  readonly subnet: string;
}

/** Address of this machine's loopback in a network of slirp4netns, its default, and of pasta, which is told so. */
const USER_MODE_HOST = '10.0.2.2';

const USER_MODE_NETWORKS = {
  slirp4netns: 'slirp4netns:allow_host_loopback=true',
  pasta: `pasta:-a,10.0.2.15,-n,24,-g,${USER_MODE_HOST},--map-gw`,
} as const;

/** Arguments of `run`. `host`: name by which the container reaches this machine. */
export const networkWords = (network: ContainerNetwork, host: string): readonly string[] => {
  switch (network.kind) {
    case 'user-mode':
      return [`--network=${USER_MODE_NETWORKS[network.program]}`, `--add-host=${host}:${USER_MODE_HOST}`];
    case 'bridge':
      return [`--add-host=${host}:${network.gateway}`];
    case 'desktop':
      return [`--add-host=${host}:host-gateway`];
    default:
      return network satisfies never;
  }
};
