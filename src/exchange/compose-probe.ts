import { fromGoDuration } from './durations.ts';
import type { Fields } from './found-pod.ts';
import { interpolated } from './interpolation.ts';
import { list, number, record, text } from './read-yaml.ts';

type ReportLoss = (sentence: string) => void;

/** Reads a Compose `healthcheck` as a readiness probe, which `service_healthy` waits for. */
export const readHealthcheck = (healthcheck: unknown, reportLoss: ReportLoss): Fields | undefined => {
  const { test, disable, interval, timeout, retries } = record(healthcheck);
  const target = disable === true ? undefined : readTest(test, reportLoss);
  if (target === undefined) return undefined;
  const timing: Fields = {
    period: fromGoDuration(text(interval) ?? ''),
    timeout: fromGoDuration(text(timeout) ?? ''),
    failureThreshold: number(retries),
  };
  return { ...target, ...timing };
};

const readTest = (test: unknown, reportLoss: ReportLoss): Fields | undefined => {
  if (typeof test === 'string') return shellTest(test);
  const [kind, ...words] = list(test).map((word) => text(word) ?? '');
  if (kind === 'CMD-SHELL') return shellTest(words.join(' '));
  if (kind !== 'CMD') return undefined;
  return urlAsked(words) ?? { exec: words.map((word) => interpolated(word, reportLoss)) };
};

const shellTest = (line: string): Fields => {
  const simple = line.replace(/\s*\|\|\s*exit\s+1\s*$/, '').replace(/\s*>\s*\/dev\/null(\s+2>&1)?\s*$/, '');
  const words = /[|&;<>()$`\\]/.test(simple)
    ? null
    : simple.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  // The shell fills in its variables itself.
  return (words && urlAsked(words)) ?? { exec: interpolateForShell(line) };
};

/** Removes Compose's own escape from a line for the shell; the rest reads the same there. */
export const interpolateForShell = (line: string): string => line.replaceAll('$$', '$');

/** `curl -f URL` and `wget --spider URL` become an http probe. */
const urlAsked = ([program = '', ...words]: readonly string[]): Fields | undefined => {
  if (!/^(.*\/)?(curl|wget)$/.test(program)) return undefined;
  const urls = words.filter((word) => /^(https?:\/\/|localhost|127\.0\.0\.1)/.test(word));
  const [url] = urls;
  const onlySwitches = words.every((word) => word === url || /^-|^\/dev\/null$|^\d+$/.test(word));
  if (urls.length !== 1 || url === undefined || !onlySwitches || url.includes('$')) return undefined;
  return { http: /^https?:/.test(url) ? url : `http://${url}` };
};
