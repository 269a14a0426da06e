import { RenewedLeaf } from '../../../certificates/renewal.ts';
import type { TlsPlace } from './place.ts';

/** The certificate that the local CA issues for the proxy, which it shows to clients and to clusters. */
export const ownLeaf = (
  names: readonly string[],
  { pod, name, certificates, say, clock = Date.now }: TlsPlace,
  onRenewed: () => void,
): Promise<RenewedLeaf> =>
  RenewedLeaf.open({
    folder: certificates,
    request: { pod, process: name, names },
    clock,
    onRenewed,
    onFailure: (message) => say(`the certificate cannot be renewed: ${message}`),
  });
