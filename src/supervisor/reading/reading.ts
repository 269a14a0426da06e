import type { Result } from '../../model/failures/config-problem.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import type { ReadPod } from './messages.ts';

/** A config on its way to a pod: first the needs of the pod, then the values that depend on real ports. */
export interface Reading {
  readonly pod: ReadPod;
  resolve(ports: AllocatedPorts): Promise<Result<PodSpec>>;
  /** Lets the code of the config run on until `close`. `onFailure` gets errors that happen outside this process. */
  stay(onFailure: (message: string) => void): void;
  close(): Promise<void>;
}
