import { HOST_OF_CONTAINERS } from '../../model/container-host.ts';

/** A loopback address with a port, as it stands in a URL or alone. */
const LOOPBACK = /(?<![\w.-])(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})(?![\d.])/g;

/**
 * Rewrites the addresses of the pod's ports in a text for a container, whose loopback is its own. `ports` has the numbers
 * that are listened on by others on this machine.
 *
 * @example
 * forContainer('redis://127.0.0.1:41233/0', new Set([41233])) // 'redis://host.docker.internal:41233/0'
 */
export const forContainer = (text: string, ports: ReadonlySet<number>): string =>
  text.replaceAll(LOOPBACK, (address, port: string) =>
    ports.has(Number(port)) ? `${HOST_OF_CONTAINERS}:${port}` : address,
  );
