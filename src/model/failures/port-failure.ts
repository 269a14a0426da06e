/** A port as the config declares it. */
export interface DeclaredPort {
  readonly process: string;
  readonly name: string;
  readonly port: number | 'auto';
  /** Number that an `auto` port gets if that is free. */
  readonly preferred?: number;
  readonly protocol: 'tcp' | 'udp';
  /** Address that it is bound to. */
  readonly host: string;
}

export type FixedPort = DeclaredPort & { readonly port: number };

export type AutoPort = DeclaredPort & { readonly port: 'auto' };

/** The owner of a port: a process, or only its user if that user's processes cannot be inspected. */
export type PortHolder =
  | { readonly kind: 'process'; readonly pid: number; readonly command: string }
  | { readonly kind: 'user'; readonly uid: number };

export type PortFailure =
  | {
      readonly kind: 'port-taken';
      readonly port: FixedPort;
      /** The owner, or null if it was not found. */
      readonly holder: PortHolder | null;
    }
  /** Ports below 1024 are usually reserved for root. */
  | { readonly kind: 'port-not-permitted'; readonly port: FixedPort }
  /** The host is not an address of this machine, or nothing can listen there. `code` is the system's error. */
  | { readonly kind: 'port-host-unusable'; readonly port: DeclaredPort; readonly code: string }
  | {
      readonly kind: 'no-free-port';
      readonly port: AutoPort;
      readonly block: { readonly first: number; readonly last: number };
    };
