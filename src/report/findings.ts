import type { AnsweredPort, Finding, GrpcCause } from '../model/finding.ts';
import { launchFailureText } from './launch-failures.ts';
import { duration } from './phrases.ts';
import { holderText } from './port-failures.ts';

/** Says what an attempt of a probe, or a hook, has found. The text may contain secrets. */
export const findingText = (finding: Finding): string => {
  switch (finding.kind) {
    case 'said':
      return finding.text;
    case 'no-answer':
      return 'no answer yet';
    case 'timed-out':
      return `timed out after ${duration(finding.after)}`;
    case 'aborted':
      return 'aborted';
    case 'exited':
      return withLastLine(`exit code ${finding.code}`, finding.lastLine);
    case 'killed':
      return withLastLine(`killed by ${finding.signal}`, finding.lastLine);
    case 'not-started':
      return launchFailureText(finding.failure);
    case 'http-status':
      return httpText(finding);
    case 'connected':
      return 'connected';
    case 'grpc':
      return `${grpcStatusText(finding.status)}: ${grpcCauseText(finding.because)}`;
    case 'file-exists':
      return 'exists';
    case 'file-missing':
      return `not there: ${finding.path}`;
    case 'file-unreadable':
      return `${finding.code}: ${finding.path}`;
    case 'line':
      return finding.came ? 'a line matched' : 'no line has matched yet';
    case 'notification':
      return finding.came ? 'notified' : 'no notification yet';
    case 'slept':
      return `slept ${duration(finding.duration)}`;
    case 'port-answered':
      return answeredText(finding);
    case 'nobody-inside':
      return `nothing listens on port ${finding.target} in the container yet (${finding.engine} answers for it)`;
    default:
      return finding satisfies never;
  }
};

const withLastLine = (what: string, lastLine: string): string =>
  lastLine === '' ? what : `${what}: ${lastLine}`;

const httpText = ({ status, expected }: Extract<Finding, { readonly kind: 'http-status' }>): string =>
  expected === null || status === expected ? `HTTP ${status}` : `HTTP ${status} instead of ${expected}`;

const grpcStatusText = (status: string): string => (/^\d/.test(status) ? `status ${status}` : status);

const grpcCauseText = (cause: GrpcCause): string => {
  switch (cause.kind) {
    case 'said':
      return cause.text;
    case 'connection-closed':
      return 'the connection was closed';
    case 'answer-too-long':
      return `the answer is longer than ${cause.limit} bytes`;
    case 'no-grpc-status':
      return `HTTP status ${cause.httpStatus}, and no gRPC status`;
    case 'no-health-status':
      return 'the answer is no health status';
    default:
      return cause satisfies never;
  }
};

const answeredText = ({ port, process, by }: AnsweredPort): string =>
  `port ${port} is answered by ${by.kind === 'pod-process' ? `${by.name} (pid ${by.pid})` : holderText(by)}, not by ${process}`;
