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

/** Where a pod can be reached by its clients while it runs. */
export class PodControl {
  readonly #options: ControlOptions;
  readonly #servers: ControlServer[] = [];
  #socket: string | null = null;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** Absolute; null where it listens nowhere. */
  get folder(): string | null {
    return this.#socket === null || process.platform === 'win32' ? null : dirname(this.#socket);
  }

  /** Listens at the first place that takes a socket; where there is none the pod does without. */
  async open(): Promise<void> {
    const { place, notice } = this.#options;
    const message = await this.#listenAt(place.sockets);
    place.claim?.change({ socket: this.#socket ?? '' });
    if (message !== null) notice({ kind: 'control-unavailable', message });
    else if (this.folder !== null) await clearFolder(this.folder);
  }

  /** Whether clients find the socket: folders of temporary files are cleaned. */
  isWhole(): boolean {
    return this.folder === null || existsSync(this.#socket ?? '');
  }

  /** Listens anew where the socket has been deleted; who is connected stays so. */
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

  /** Why it listens nowhere; null: it does. */
  async #listenAt(sockets: readonly string[]): Promise<string | null> {
    // Loaded late: node:http and the schemas would hold up the first launches for 20 ms.
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

/** Nobody waits for it, and what it cannot do is for the next one. */
const clearFolder = async (folder: string): Promise<void> => {
  try {
    const { removeDeadSockets } = await import('../runtime/state/dead-sockets.ts');
    await removeDeadSockets(folder);
  } catch {
    // No descriptor is left, or the package has gone.
  }
};
