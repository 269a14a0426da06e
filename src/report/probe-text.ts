import type { ProbeSpec, ProbeTarget } from '../model/pod-spec.ts';
import { commandText } from './command-text.ts';
import { duration } from './phrases.ts';
import { maskSecrets } from './secrets.ts';

/** Describes the target and the interval of a probe: `http http://127.0.0.1:3000/healthz every 1s`. */
export const probeText = ({ target, period }: ProbeSpec): string =>
  target.kind === 'log' || target.kind === 'notify'
    ? targetText(target)
    : `${targetText(target)} every ${duration(period)}`;

const targetText = (target: ProbeTarget): string => {
  switch (target.kind) {
    case 'http':
      return `http ${maskSecrets(String(target.url))}`;
    case 'tcp':
      return `tcp ${target.host}:${target.port}`;
    case 'exec':
      return `exec ${commandText(target.command)}`;
    case 'grpc':
      return `grpc ${target.host}:${target.port}${target.service === '' ? '' : ` ${target.service}`}`;
    case 'log':
      return `log ${String(target.pattern)}`;
    case 'file':
      return `file ${target.path}`;
    case 'notify':
      return 'notify';
    default:
      return target satisfies never;
  }
};
