import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';
import { compact } from '../export/compact.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Manifest } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';

interface Request {
  readonly url: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What a kubelet asks of a container by HTTP: at the pod's own address, unless the URL has another host. */
export const httpGet = (
  { url, headers }: Request,
  field: string,
  inside: InsidePod,
  lost: ReportLoss,
): Manifest => {
  const { protocol, hostname, port, pathname, search } = new URL(inside.plain(url));
  for (const name of Object.keys(headers).filter((each) => !HEADER.test(each)))
    lost(`Kubernetes takes no header ${name}`, `${field}.headers`);
  return compact({
    host: isOfPod(hostname) ? undefined : hostname,
    path: pathname + search === '/' ? undefined : pathname + search,
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    scheme: protocol === 'https:' ? 'HTTPS' : undefined,
    httpHeaders: Object.entries(headers)
      .filter(([name]) => HEADER.test(name))
      .map(([name, value]) => ({ name, value: inside.plain(value) })),
  });
};

const HEADER = /^[-A-Za-z0-9]+$/;

/** A kubelet asks from its node, where a loopback address is the node's own. */
const isOfPod = (hostname: string): boolean =>
  /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(hostname) || hostname === HOST_OF_CONTAINERS;
