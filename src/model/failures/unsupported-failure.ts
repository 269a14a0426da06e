/**
 * Feature that a process can ask for and that an engine may lack. `streams`: those that sidecarctl was started with;
 * `container`: it runs an image.
 */
export type Capability = 'notify' | 'activate' | 'isolate' | 'streams' | 'tty' | 'container';

/** A feature that a process asks for and that its engine lacks. `unsupportedText` words it. */
export interface UnsupportedFailure {
  readonly process: string;
  readonly capability: Capability;
  /** The field that asks for it, from the process: `ports.http.activate`. Null for `streams`, which `run` asks for. */
  readonly field: string | null;
  readonly engine: string;
}
