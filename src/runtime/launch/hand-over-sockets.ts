import type { HandedSocket } from '../ports/kept-sockets.ts';
import { behindShell } from './behind-shell.ts';
import type { Spawnable } from './shell-command.ts';

/**
 * Tells the command about its sockets by systemd's protocol. A process that inherits the variables without the sockets
 * sees by LISTEN_PID that they are not for it; only the process itself, before it becomes the command, can set that.
 */
export const handOverSockets = (
  spawnable: Spawnable,
  env: Readonly<Record<string, string>>,
  sockets: readonly HandedSocket[],
): { readonly spawnable: Spawnable; readonly env: Readonly<Record<string, string>> } => {
  if (sockets.length === 0) return { spawnable, env };
  const environment = {
    ...env,
    LISTEN_FDS: `${sockets.length}`,
    LISTEN_FDNAMES: sockets.map(({ name }) => name).join(':'),
  };
  return {
    spawnable: behindShell(spawnable, environment, 'LISTEN_PID=$$; export LISTEN_PID', 'sh'),
    env: environment,
  };
};
