import { networkInterfaces } from 'node:os';
import type { AnsweredPort } from '../../model/finding.ts';
import { isAnyAddress, readAddress } from '../../model/ip-address.ts';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now } from '../../time/timers.ts';
import type { ProcessTrees, TreeRoot } from '../process-tree/process-trees.ts';
import { findAnswering, type Peer } from './answering.ts';
import { holdsSocket } from './held-sockets.ts';
import { type Answerer, findAnswerer } from './port-answerer.ts';

type Stranger = Extract<Answerer, { readonly inodes: string }>;

/** Searching all processes again for each attempt would be a load of its own. */
const STRANGER_FOR: Milliseconds = 2_000;

/** By then the launches of a start are done, and few servers listen earlier. */
const WARM_UP_AT = 2;

let isWarm = false;

/**
 * Checks whether the process itself answers on its port. It checks once for each port and instance, and again after a
 * probe has failed; ports that sidecarctl itself listens on are not checked.
 */
export class OwnPorts {
  readonly #spec: ProcessSpec;
  readonly #root: TreeRoot;
  readonly #trees: ProcessTrees;
  readonly #known = new Set<number>();
  #failures = 0;
  #stranger: { readonly found: Stranger; readonly until: Milliseconds } | null = null;

  constructor(spec: ProcessSpec, root: TreeRoot, trees: ProcessTrees) {
    this.#spec = spec;
    this.#root = root;
    this.#trees = trees;
  }

  /** Finds out who answers; null if it may be this process, at once if nothing has to be searched for. */
  whoElseAnswers(peer: Peer): Promise<AnsweredPort | null> | null {
    return this.#known.has(peer.port) || !this.#concerns(peer) ? null : this.#search(peer);
  }

  async #search(peer: Peer): Promise<AnsweredPort | null> {
    const found = this.#sameStranger(peer) ?? (await findAnswerer(peer, this.#root, this.#trees));
    if ('inodes' in found) {
      if (found !== this.#stranger?.found) this.#stranger = { found, until: now() + STRANGER_FOR };
      return { kind: 'port-answered', port: peer.port, process: this.#spec.name, by: this.#ownerOf(found) };
    }
    this.#known.add(peer.port);
    return null;
  }

  /** An attempt has failed: the next answer is checked again. */
  forget(): void {
    this.#known.clear();
    this.#failures += 1;
    if (this.#failures === WARM_UP_AT) this.#warmUp();
  }

  /** The first search takes some milliseconds, most of them only once: they should not delay the first answer. */
  #warmUp(): void {
    const [port] = this.#spec.ports;
    if (isWarm || port === undefined) return;
    isWarm = true;
    findAnswering({ address: '127.0.0.1', port: port.port });
    holdsSocket(this.#root.pid, new Set());
  }

  #concerns({ address, port }: Peer): boolean {
    const declared = this.#spec.ports.some(
      (each) => each.port === port && each.protocol === 'tcp' && !each.activate,
    );
    return declared && isOfThisMachine(address);
  }

  #sameStranger(peer: Peer): Stranger | null {
    if (this.#stranger === null || now() > this.#stranger.until) return null;
    const { found } = this.#stranger;
    const inodes = findAnswering(peer).map(({ inode }) => inode);
    return inodes.join(' ') === found.inodes ? found : null;
  }

  #ownerOf(found: Stranger): AnsweredPort['by'] {
    if (found.kind === 'user') return { kind: 'user', uid: found.uid };
    const { pid, command } = found;
    const name = this.#trees.markOf(pid);
    if (name !== null && name !== '') return { kind: 'pod-process', name, pid };
    return { kind: 'process', pid, command };
  }
}

const isOfThisMachine = (host: string): boolean => {
  const address = readAddress(host);
  if (address === null) return false;
  if (isAnyAddress(address) || address.text.startsWith('127.') || address.text === '0:0:0:0:0:0:0:1')
    return true;
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return own.some((each) => readAddress(each.address)?.text === address.text);
};
