/** An address of this machine that needs no lookup, with a port. */
export interface LocalAddress {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
}

export const [AF_UNIX, AF_INET, AF_INET6] = [1, 2, 10];
export const [SOCK_STREAM, SOCK_DGRAM] = [1, 2];
export const [SOCK_NONBLOCK, SOCK_CLOEXEC] = [0o4000, 0o2000000];

export const isLocalHost = (host: string): host is LocalAddress['host'] =>
  host === '127.0.0.1' || host === '::1';

/** The address as the kernel takes it; its first two bytes are the family. */
export const addressOf = ({ host, port }: LocalAddress): Buffer =>
  host === '::1' ? addressOfIpv6(port) : addressOfIpv4(port);

/** `struct sockaddr_un` for a name that is no path: a zero stands before it, and it ends where the structure ends. */
export const abstractAddress = (name: string): Buffer => {
  const address = Buffer.from(`\0\0\0${name}`);
  address.writeUInt16LE(AF_UNIX, 0);
  return address;
};

/** `struct sockaddr_in`: the family as the machine has it, the port in network order, the address. */
const addressOfIpv4 = (port: number): Buffer => {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
};

/** `struct sockaddr_in6`: the same, with a flow label before the address and a scope behind it. */
const addressOfIpv6 = (port: number): Buffer => {
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  address[23] = 1;
  return address;
};
