import { globSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { OptionRemark } from '../model/option-remark.ts';
import type { PodSpec, ProcessSpec } from '../model/pod-spec.ts';
import type { LogShipperOptions } from '../programs/log-shipper/options.ts';
import type { ProxyOptions } from '../programs/proxy/options.ts';
import { optionRemarkText } from '../report/option-remark-text.ts';
import { proxyRemarks } from '../sidecars/traffic/proxy-remarks.ts';

/** Finds options of ready-made sidecars that hardly anybody wants, one sentence each. The pod starts all the same. */
export const findOptionRemarks = ({ processes, volumes }: PodSpec): string[] => {
  const made = [...volumes.values()].filter(({ lifetime }) => lifetime === 'pod').map(({ path }) => path);
  return [...processes.values()].flatMap((process) =>
    remarksOn(process, made).map((remark) => `${process.name}: ${optionRemarkText(remark)}`),
  );
};

/** An engine has a configuration of its own in place of our options. */
const remarksOn = ({ origin, files }: ProcessSpec, made: readonly string[]): readonly OptionRemark[] => {
  const content = files.find(({ name }) => name === 'options')?.content;
  if (origin?.engine !== 'embedded' || content === undefined) return [];
  switch (origin.use) {
    case 'ambassador':
    case 'egress':
      return proxyRemarks(JSON.parse(content) as ProxyOptions);
    case 'log-shipper':
      return fileRemarks(JSON.parse(content) as LogShipperOptions, made);
    default:
      return [];
  }
};

/** A volume that the pod makes is empty before the start, and nobody wonders. */
const fileRemarks = ({ from }: LogShipperOptions, made: readonly string[]): readonly OptionRemark[] => {
  if (from.kind !== 'files' || !isAbsolute(from.folder) || made.includes(from.folder)) return [];
  const { folder, include, exclude } = from;
  const isThere = globSync([...include], { cwd: folder, exclude: [...exclude] }).length > 0;
  return isThere ? [] : [{ kind: 'no-file-yet', folder, include }];
};
