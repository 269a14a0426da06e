import { readFileSync } from 'node:fs';
import { createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/**
 * opentelemetry-proto 1.11.0 as its authors describe it, made by
 * `buf build --exclude-source-info -o opentelemetry-proto-1.11.0.binpb` in a copy without profiles.
 */
const DESCRIPTORS = readFileSync(new URL('opentelemetry-proto-1.11.0.binpb', import.meta.url));

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, DESCRIPTORS));

const PACKAGES = { Trace: 'trace', Metrics: 'metrics', Logs: 'logs' } as const;

/** The official description of the requests or answers of a service. */
export const official = (service: keyof typeof PACKAGES, part: 'Request' | 'Response'): DescMessage => {
  const name = `opentelemetry.proto.collector.${PACKAGES[service]}.v1.Export${service}Service${part}`;
  const found = registry.getMessage(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
