import { now } from '../../../../time/timers.ts';
import type { Attempt, ResponseSink, Upstream, UpstreamRequest } from '../upstream.ts';
import { H1Attempt } from './attempt.ts';
import { Connection, type ConnectionOwner, readingInto } from './connection.ts';
import { type DialSettings, dial } from './dial.ts';

export interface H1Settings extends DialSettings {
  /** Of the headers of a response. */
  readonly mostOfHead: number;
}

/** An idle connection is closed after this time. Most servers close it sooner. */
const IDLE_FOR = 60_000;

/** HTTP/1.1 to one endpoint, with as many connections as there are requests at the same time. */
export class H1Upstream implements Upstream, ConnectionOwner {
  readonly #settings: H1Settings;
  readonly #open = new Set<Connection>();
  /** The newest last: it is used first, and the others become old and are closed. */
  #idle: Connection[] = [];
  #isClosed = false;

  constructor(settings: H1Settings) {
    this.#settings = settings;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  send(request: UpstreamRequest, sink: ResponseSink): Attempt {
    const attempt = new H1Attempt(request, sink);
    const connection = this.#idleFor(attempt);
    if (connection === null) this.#connect(attempt);
    else this.#sendOn(connection, attempt);
    return attempt;
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle) connection.close();
    this.#idle = [];
  }

  /** Closes what has been idle for long. To be called once in a while. */
  closeOld(): void {
    const oldest = now() - IDLE_FOR;
    const isOld = ({ freeSince }: Connection): boolean => freeSince < oldest;
    for (const connection of this.#idle) if (isOld(connection)) connection.close();
    this.#idle = this.#idle.filter((connection) => !isOld(connection));
  }

  onFree(connection: Connection): void {
    if (this.#isClosed) connection.close();
    else this.#idle.push(connection);
  }

  onClosed(connection: Connection): void {
    this.#open.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  onStale(attempt: H1Attempt): void {
    attempt.isRepeated = true;
    this.#connect(attempt);
  }

  /** What cannot be repeated is not sent where the endpoint may be about to close. */
  #idleFor(attempt: H1Attempt): Connection | null {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return null;
      const isDoubtful = !attempt.isRepeatable && connection.isDoubtfulAt(now());
      if (connection.isUsable && !isDoubtful) return connection;
      connection.close();
    }
  }

  #sendOn(connection: Connection, attempt: H1Attempt): void {
    attempt.sink.onConnected();
    connection.send(attempt);
  }

  #connect(attempt: H1Attempt): void {
    let connection: Connection | null = null;
    dial(
      this.#settings,
      readingInto(() => connection),
      {
        onFailure: (failure, cause) => {
          if (!attempt.isAborted) attempt.sink.onFailure(failure, cause);
        },
        onOpen: (socket) => {
          connection = new Connection(socket, this, this.#settings.mostOfHead);
          this.#open.add(connection);
          if (attempt.isAborted) this.onFree(connection);
          else this.#sendOn(connection, attempt);
        },
      },
    );
  }
}
