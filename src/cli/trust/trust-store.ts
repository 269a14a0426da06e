import type { X509Certificate } from 'node:crypto';

/** A command that changes what somebody trusts. */
export interface Step {
  readonly words: readonly [string, ...string[]];
  /** True if only root can run it. */
  readonly asRoot: boolean;
}

/** A place in which programs look for the CAs that they trust. */
export interface TrustStore {
  /** For people: `the system`, `Firefox (k2x.default)`. */
  readonly name: string;
  /** Whether exactly this CA is in it. */
  readonly has: () => Promise<boolean>;
  /** Empty if it takes over what the system's has. */
  readonly add: readonly Step[];
  readonly remove: readonly Step[];
}

/** The CA, as stores know it. */
export interface TrustedCa {
  /** Absolute path of the certificate. */
  readonly file: string;
  readonly certificate: X509Certificate;
  /** Name in stores, which no other CA has. */
  readonly alias: string;
}

export const trustedCa = (file: string, certificate: X509Certificate): TrustedCa => ({
  file,
  certificate,
  alias: `sidecarctl-${certificate.fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()}`,
});

/** Whether a text, such as a bundle, contains the certificate in PEM, however its lines are broken. */
export const contains = (text: string, { certificate }: TrustedCa): boolean =>
  text.replace(/\s+/g, '').includes(certificate.raw.toString('base64'));

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
}

/** The machine whose stores are looked for. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isRoot: boolean;
  /** Folder that the absolute paths of the system are in: `/`. */
  readonly root: string;
  /** Absolute path of a program, or null if it is not installed. */
  readonly find: (program: string) => string | null;
  /** Asks a program, without changing anything. */
  readonly ask: (words: readonly [string, ...string[]]) => Promise<Output>;
}

/** What was found: stores, and sentences about those that cannot be changed. */
export interface FoundStores {
  readonly stores: readonly TrustStore[];
  readonly remarks: readonly string[];
}
