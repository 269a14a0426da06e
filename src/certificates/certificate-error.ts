/** Says which certificate or key cannot be used, why, and what to do. It is no bug: the files are the user's. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}
