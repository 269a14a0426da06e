import { homedir } from 'node:os';
import { type CertificatePlaces, certificatePlaces } from '../../model/certificate-places.ts';

/** Where the certificates of the user are who has this environment. */
export const usersCertificates = (env: Readonly<Record<string, string | undefined>>): CertificatePlaces =>
  certificatePlaces({ env, platform: process.platform, home: homeFolder() });

const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    // The user has no home and no entry in the user database: what would be written there fails, and says where.
    return '';
  }
};
