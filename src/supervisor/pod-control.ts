import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServedPod } from '../control/protocol.ts';
import type { ControlServer } from '../control/server/control-server.ts';
import { errorMessage } from '../model/error-message.ts';
import type { Notice } from '../model/notice.ts';
import { leaveSocketFolder, socketPathsOf } from '../runtime/state/socket-folder.ts';
import type { PodPlace } from './pod-place.ts';

interface ControlOptions {
  readonly place: PodPlace;
  readonly runId: string;
  readonly pod: ServedPod;
  readonly notice: (notice: Notice) => void;
}

/** The sockets at which clients reach a running pod. */
export class PodControl {
  readonly #options: ControlOptions;
  readonly #servers: ControlServer[] = [];
  #socket: string | null = null;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** Absolute path of the socket's folder; null if it listens nowhere. */
  get folder(): string | null {
    return this.#socket === null || process.platform === 'win32' ? null : dirname(this.#socket);
  }

  /** Listens at the first place that takes a socket; the pod runs without one if there is none. */
  async open(): Promise<void> {
    const { place, notice } = this.#options;
    const message = await this.#listenAt(place.sockets);
    place.claim?.change({ socket: this.#socket ?? '' });
    if (message !== null) notice({ kind: 'control-unavailable', message });
    else if (this.folder !== null) await clearFolder(this.folder);
  }

  /** True if clients can find the socket: cleaners delete old temporary files. */
  isWhole(): boolean {
    return this.folder === null || existsSync(this.#socket ?? '');
  }

  /** Listens again after the socket has been deleted; existing connections stay. */
  async restore(): Promise<void> {
    if (this.isWhole()) return;
    const { place, runId, notice } = this.#options;
    const message = await this.#listenAt(socketPathsOf(runId));
    place.claim?.change({ socket: this.#socket ?? '' });
    if (message !== null) notice({ kind: 'control-unavailable', message });
  }

  async close(): Promise<void> {
    const { folder } = this;
    await Promise.all(this.#servers.map((server) => server.close()));
    if (folder !== null) leaveSocketFolder(folder);
  }

  /** Returns the reason why it listens nowhere, or null. */
  async #listenAt(sockets: readonly string[]): Promise<string | null> {
    // Loaded late: node:http and the schemas would delay the first launches by 20 ms.
    const { ControlServer } = await import('../control/server/control-server.ts');
    this.#socket = null;
    let message =
      'there is no folder for its socket that is this user’s alone; set XDG_RUNTIME_DIR or TMPDIR';
    for (const socket of sockets) {
      try {
        this.#servers.push(await ControlServer.open(socket, this.#options.pod));
        this.#socket = socket;
        return null;
      } catch (error) {
        message = errorMessage(error);
      }
    }
    return message;
  }
}

/** Runs in the background; a failure is left to the next pod. */
const clearFolder = async (folder: string): Promise<void> => {
  try {
    const { removeDeadSockets } = await import('../runtime/state/dead-sockets.ts');
    await removeDeadSockets(folder);
  } catch {
    // No descriptor is left, or the package has gone.
  }
};
