import type { OriginSpec } from './pod-spec.ts';

/** `ambassador`, or `haproxy (ambassador)` where another program does its work. */
export const originText = ({ use, engine }: OriginSpec): string =>
  engine === 'embedded' ? use : `${engine} (${use})`;
