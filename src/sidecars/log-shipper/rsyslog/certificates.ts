import type { CertificatePlan } from '../../../programs/engine/options.ts';
import type { LogShipperOptions } from '../../../programs/log-shipper/options.ts';
import { clusterCas, clusterPem } from '../../engines/certificate-files.ts';

/** The files of certificates that the actions for destinations with TLS name. */
export const certificatePlan = ({ outputs }: LogShipperOptions): CertificatePlan => {
  const clients = outputs.flatMap((output) => {
    const tls = 'tls' in output ? output.tls : null;
    return tls === null ? [] : [{ name: output.name, client: tls.client }];
  });
  return {
    pairs: clients.flatMap(({ name, client: { certificate } }) =>
      certificate === null
        ? []
        : [{ file: clusterPem(name), of: certificate === 'local' ? { names: [] } : certificate }],
    ),
    authorities: clients.flatMap(({ name, client: { verify, ca } }) =>
      verify ? [{ file: clusterCas(name), of: ca === null ? ('public' as const) : { file: ca } }] : [],
    ),
  };
};
