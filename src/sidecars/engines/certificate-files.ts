import type { CertificatePlan } from '../../programs/engine/options.ts';
import type { ProxyOptions } from '../../programs/proxy/options.ts';

/** Folder of everything that the engine's wrapper makes, beside the engine's configuration. */
export const OWN_FOLDER = 'engine';

const at = (name: string): string => `${OWN_FOLDER}/certificates/${name}.pem`;

/** Paths are relative to the folder of the configuration. A file has the certificates, then the key. */
export const serverPem = (listener: string): string => at(`server-${listener}`);
export const sniPem = (listener: string, index: number): string => at(`server-${listener}-${index + 1}`);
export const clientCas = (listener: string): string => at(`clients-of-${listener}`);
export const clusterPem = (cluster: string): string => at(`client-of-${cluster}`);
export const clusterCas = (cluster: string): string => at(`servers-of-${cluster}`);

/** The files of certificates that a configuration names, and what each is made of. */
export const certificatePlan = (
  { listeners, clusters }: Pick<ProxyOptions, 'listeners' | 'clusters'>,
  idOf: (cluster: string) => string,
): CertificatePlan => ({
  pairs: [
    ...listeners.flatMap(({ name, tls }) =>
      tls === null
        ? []
        : [
            { file: serverPem(name), of: tls.files ?? { names: tls.names } },
            ...Object.values(tls.sni).map((of, index) => ({ file: sniPem(name, index), of })),
          ],
    ),
    ...Object.entries(clusters).flatMap(([name, { tls }]) => {
      const certificate = tls?.certificate ?? null;
      if (certificate === null) return [];
      return [{ file: clusterPem(idOf(name)), of: certificate === 'local' ? { names: [] } : certificate }];
    }),
  ],
  authorities: [
    ...listeners.flatMap(({ name, tls }) =>
      tls === null || tls.clientAuth === 'none'
        ? []
        : [{ file: clientCas(name), of: authority(tls.ca, 'local') }],
    ),
    ...Object.entries(clusters).flatMap(([name, { tls }]) =>
      tls?.verify === true ? [{ file: clusterCas(idOf(name)), of: authority(tls.ca, 'public') }] : [],
    ),
  ],
});

const authority = <Otherwise extends 'local' | 'public'>(
  file: string | null,
  otherwise: Otherwise,
): Otherwise | { readonly file: string } => (file === null ? otherwise : { file });
