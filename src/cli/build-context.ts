import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from '../build.ts';
import { PACKAGE_IN_IMAGE, PROGRAMS_IN_IMAGE } from '../exchange/export/sidecar-image.ts';

/**
 * Writes what `docker build` needs for the image of ready-made sidecars: a Dockerfile, and the programs of this sidecarctl,
 * which need nothing but Node.
 *
 * @throws Error of the file system
 * @example
 * writeBuildContext('image') // and then: docker build --tag registry.example/sidecars:1 image
 */
export const writeBuildContext = (folder: string): void => {
  const programs = fileURLToPath(new URL(PROGRAMS, import.meta.url));
  mkdirSync(folder, { recursive: true });
  cpSync(programs, join(folder, 'programs'), { recursive: true, filter: (path) => !path.endsWith('.map') });
  // Without it, Node takes the files for CommonJS.
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
};

const DOCKERFILE = `FROM node:24-slim
COPY package.json ${PACKAGE_IN_IMAGE}/package.json
COPY programs ${PROGRAMS_IN_IMAGE}
`;
