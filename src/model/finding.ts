import type { LaunchFailure } from './failures/launch-failure.ts';
import type { PortHolder } from './failures/port-failure.ts';
import type { Milliseconds } from './vocabulary.ts';

/** What an attempt of a probe, or a hook, has found. `report/findings.ts` words it. */
export type Finding =
  /** Text of the system or of the program that was asked. */
  | Said
  /** No attempt has been answered yet. */
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'timed-out'; readonly after: Milliseconds }
  /** It was cut off, because its process ends or nobody waits for it any more. */
  | { readonly kind: 'aborted' }
  | CommandFinding
  /** `expected`: the status that counts as success, or null for 200 to 399. */
  | { readonly kind: 'http-status'; readonly status: number; readonly expected: number | null }
  | { readonly kind: 'connected' }
  | GrpcFailure
  | { readonly kind: 'file-exists' }
  | { readonly kind: 'file-missing'; readonly path: string }
  | { readonly kind: 'file-unreadable'; readonly path: string; readonly code: string }
  /** Whether a line of the output has matched, or the process has notified. */
  | { readonly kind: 'line' | 'notification'; readonly came: boolean }
  | { readonly kind: 'slept'; readonly duration: Milliseconds }
  | AnsweredPort
  | NobodyInside;

export interface Said {
  readonly kind: 'said';
  readonly text: string;
}

/** The end of a command, with the last line of its output, which is empty after a success. */
type CommandFinding =
  | { readonly kind: 'exited'; readonly code: number; readonly lastLine: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly lastLine: string }
  | { readonly kind: 'not-started'; readonly failure: LaunchFailure };

interface GrpcFailure {
  readonly kind: 'grpc';
  /** Name of a gRPC status, or its number if it has no name. */
  readonly status: string;
  readonly because: GrpcCause;
}

/** `said`: the server's message, or the system's. */
export type GrpcCause =
  | Said
  | { readonly kind: 'connection-closed' }
  | { readonly kind: 'answer-too-long'; readonly limit: number }
  | { readonly kind: 'no-grpc-status'; readonly httpStatus: number }
  | { readonly kind: 'no-health-status' };

/** A container engine has answered on a port, and nothing in the container listens on the `target` behind it yet. */
export interface NobodyInside {
  readonly kind: 'nobody-inside';
  readonly engine: string;
  readonly target: number;
}

/** Another process has answered on a port of the process. */
export interface AnsweredPort {
  readonly kind: 'port-answered';
  readonly port: number;
  readonly process: string;
  readonly by: PortHolder | PodProcess;
}

/** Another process of the pod. */
interface PodProcess {
  readonly kind: 'pod-process';
  readonly name: string;
  readonly pid: number;
}
