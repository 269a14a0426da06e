import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Tracing } from '../../config/traffic.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { TracingOptions } from '../../programs/proxy/options.ts';
import { isEngine } from '../engines/engine-name.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';
import { readServerUrl } from './server-url.ts';

/** Some people write down what their exporter asks for. */
const PATH = /(?:\/v1\/traces)?\/*$/;

/** Where spans go, and which. Engines send none, unless they are asked to: then it is a problem of theirs. */
export const fillTracing = (tracing: Tracing = 'auto', place: PresetPlace): TracingOptions | null => {
  if (tracing === false || (tracing === 'auto' && isEngine(place.engine))) return null;
  const { to, percentage = 100 } = tracing === 'auto' ? {} : tracing;
  const endpoint = to === undefined ? telemetryOf(place) : to.replace(PATH, '');
  return endpoint === null ? null : { endpoint, service: place.name, percentage, scheduleDelay: 1_000 };
};

/** The first `telemetry` of the pod that it can refer to. */
const telemetryOf = (place: PresetPlace): string | null => {
  for (const [name, use] of place.uses) {
    const found = use === 'telemetry' ? findNeighbor(`${name}.http`, place, place.path) : null;
    if (found?.ok !== true) continue;
    const { members, port } = found.value;
    return `http://${urlHost(port.host)}:\${ports.${members[0]}.${port.name}}`;
  }
  return null;
};

export const tracingProblems = (
  tracing: Tracing | undefined,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (typeof tracing !== 'object') return [];
  const path = [...place.path, 'tracing', 'to'];
  const { to } = tracing;
  if (to === undefined)
    return telemetryOf(place) === null ? [{ kind: 'missing', path, expected: 'collector-url' }] : [];
  return isCollector(to, place) ? [] : [{ kind: 'invalid', path, found: to, expected: 'collector-url' }];
};

/** What a variable stands for is read now; what it is at the start of the sidecar is read again. */
const isCollector = (to: string, { env }: PresetPlace): boolean => {
  const known = to.replaceAll(/\$\{env\.([^}]+)\}/g, (reference, name: string) => env[name] ?? reference);
  const url = readServerUrl(known);
  return url !== null && url.scheme !== 'tcp';
};
