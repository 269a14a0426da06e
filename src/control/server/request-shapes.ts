import { partMissing } from '../part-missing.ts';

/** The package has gone, and with it what was not loaded yet. */
export class PartMissing extends Error {}

/** Loads the shapes of requests, with Zod: most requests have none, and a pod can live without any. */
export const requestShapes = async () => {
  try {
    return await import('./request-schema.ts');
  } catch (error) {
    throw new PartMissing(partMissing(error));
  }
};
