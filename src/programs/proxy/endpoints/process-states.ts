import type { PodEvent, PodProcess } from '../../pod/pod-state.ts';

/**
 * What is known of the process behind an endpoint. `ready`: it takes requests. `coming`: it starts or restarts, so that
 * waiting for it is worth while. `down`: it stays down until somebody does something.
 */
export interface EndpointProcess {
  readonly name: string;
  readonly is: 'ready' | 'coming' | 'down';
  /** A clause with the process as its subject: `restarts`. */
  readonly state: string;
}

/** What an event has changed. `unclear`: only a new snapshot can say. */
type Change = 'nothing' | 'states' | 'unclear';

type ProcessState = Pick<PodProcess, 'name' | 'state' | 'ports'>;

/** The states of the processes of a pod, and whose ports are whose. */
export class ProcessStates {
  readonly #states = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor({ processes }: { readonly processes: readonly ProcessState[] }) {
    for (const { name, state, ports } of processes) {
      this.#states.set(name, state);
      for (const { host, port, protocol } of ports)
        if (protocol === 'tcp') this.#names.set(addressOf(host, port), name);
    }
  }

  apply({ type, name, state }: PodEvent): Change {
    // A reload adds processes and takes some away; events that were missed can have said anything.
    if (type === 'reload' || type === 'missed') return 'unclear';
    if (type !== 'process' || name === undefined || state === undefined) return 'nothing';
    const before = this.#states.get(name);
    if (before === undefined) return 'unclear';
    this.#states.set(name, state);
    return before === state ? 'nothing' : 'states';
  }

  /** The process with that port; `null`: none of the pod has it. */
  at(address: string): EndpointProcess | null {
    const name = this.#names.get(address);
    const state = name === undefined ? undefined : this.#states.get(name);
    return name === undefined || state === undefined ? null : { name, ...meaningOf(state) };
  }
}

/** As in the options of the proxy. */
const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const meaningOf = (state: string): Omit<EndpointProcess, 'name'> =>
  MEANINGS[state] ?? { is: 'ready', state: `is ${state}` };

/** Those states that are not known yet count as ready: who is wrong about that gets a refused connection. */
const MEANINGS: Readonly<Record<string, Omit<EndpointProcess, 'name'>>> = {
  ready: { is: 'ready', state: 'is ready' },
  pending: { is: 'coming', state: 'waits for its dependencies' },
  starting: { is: 'coming', state: 'starts' },
  running: { is: 'coming', state: 'is not ready' },
  backoff: { is: 'coming', state: 'restarts' },
  // In a restart, the next state says that it starts again.
  stopping: { is: 'coming', state: 'stops or restarts' },
  stopped: { is: 'down', state: 'is stopped' },
  completed: { is: 'down', state: 'has ended' },
  failed: { is: 'down', state: 'has failed' },
};
