import { MINIMUM_NODE } from '../build.ts';

/** Throws when Node is too old. Without this check, the first missing feature would cause an obscure error. */
export const checkNode = (running: string = process.versions.node, minimum: string = MINIMUM_NODE): void => {
  if (!isOlder(running, minimum)) return;
  throw new Error(
    `sidecarctl needs Node.js ${minimum} or newer; this is Node.js ${running}: install a newer one, such as 'npm i -D node@24'`,
  );
};

const isOlder = (running: string, minimum: string): boolean => {
  const [major = 0, minor = 0] = running.split('.').map(Number);
  const [minimumMajor = 0, minimumMinor = 0] = minimum.split('.').map(Number);
  return major < minimumMajor || (major === minimumMajor && minor < minimumMinor);
};
