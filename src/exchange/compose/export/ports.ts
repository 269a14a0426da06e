import { keyOf } from '../../export/chosen-ports.ts';
import { compact } from '../../export/compact.ts';
import type { Process } from '../../export/pod.ts';
import type { ReportLoss } from '../../form/losses.ts';
import type { Data } from './compose-file.ts';
import type { InsideService } from './inside-service.ts';
import type { Publishing } from './publishing.ts';

/** Ports that this machine has, too, and those that only the other services reach. */
export const portsOf = (
  { name, ports }: Process,
  inside: InsideService,
  { isOpen, declared, replicas }: Publishing,
  assume: ReportLoss,
): Data => {
  const written = ports.map((port) => {
    const inContainer = inside.port(name, port.name);
    const protocol = port.protocol === 'udp' ? '/udp' : '';
    const said = declared.get(keyOf(name, port.name));
    const isFixed = typeof said?.port === 'number';
    const isPublished = isFixed || (isOpen && port.name !== ADMIN);
    const published = replicas > 1 ? '' : isFixed ? said.port : inContainer;
    if (isPublished && !isFixed && replicas === 1)
      assume(`${inContainer} is free on this machine`, `ports.${port.name}`);
    return isPublished
      ? { ports: `${addressOf(said?.host)}:${published}:${inContainer}${protocol}` }
      : { expose: `${inContainer}${protocol}` };
  });
  return compact({
    ports: written.flatMap((each) => each.ports ?? []),
    expose: written.flatMap((each) => each.expose ?? []),
  });
};

/** The port by which a sidecar tells of itself is for the other services. */
const ADMIN = 'admin';

const addressOf = (host = '127.0.0.1'): string =>
  host === 'localhost' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
