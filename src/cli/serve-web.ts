import { WEB_PAGE } from '../build.ts';
import { Connection } from '../control/client/connection.ts';
import type { RemotePod } from '../control/client/remote-pod.ts';
import { openUrl } from '../tui/open-url.ts';
import { readPageFiles } from '../web/page-files.ts';
import { WebServer } from '../web/web-server.ts';
import { POD_FAILED } from './exit-codes.ts';
import type { PodOptions } from './options.ts';
import { print, progress } from './print.ts';
import { RedirectFile } from './redirect-file.ts';
import { warn } from './warn.ts';

export interface WebOptions extends PodOptions {
  readonly port?: number;
  readonly open?: boolean;
}

/** Serves the page of a pod until the user ends it or the pod has ended. */
export const serveWeb = async (
  pod: RemotePod,
  socket: string,
  options: WebOptions,
  interrupted: Promise<void>,
): Promise<number> => {
  const server = await listen(pod, socket, options.port ?? 0);
  if (server === null) return POD_FAILED;
  // Follows the pod, so that its sidecars are found where they are now.
  const gone = pod.gone;
  print(server.url);
  await using redirect = options.open === true ? await RedirectFile.create(server.url) : null;
  if (redirect !== null) void openUrl(redirect.url, { env: process.env, notify: warn });
  const isOver = await Promise.race([gone.then(() => true), interrupted.then(() => false)]);
  if (isOver) progress(`pod ${pod.snapshot.name} has ended`);
  await server.close(isOver ? 'ended' : 'closed');
  return 0;
};

/** Returns null, with a message on stderr, if the port cannot be had. */
const listen = async (pod: RemotePod, socket: string, port: number): Promise<WebServer | null> => {
  try {
    return await WebServer.open({
      files: readPageFiles(new URL(WEB_PAGE, import.meta.url).href),
      connection: new Connection(socket),
      snapshot: () => pod.snapshot,
      port,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = LISTEN_ERRORS[code ?? ''];
    if (what === undefined) throw error;
    warn(`port ${port} ${what}: choose another one, or leave out --port`);
    return null;
  }
};

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken',
  EACCES: 'is not for this user',
};
