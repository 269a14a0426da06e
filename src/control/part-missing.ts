import { errorMessage } from '../model/error-message.ts';

/** Message for the request that needed the part. */
export const partMissing = (error: unknown): string =>
  `a part of sidecarctl cannot be loaded (${errorMessage(error)}); if the package was removed or upgraded ` +
  'while this pod ran, restart the pod';
