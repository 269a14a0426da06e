import type { ConfigReads } from '../../config/known/config-reads.ts';
import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { Result } from '../../model/failures/config-problem.ts';
import type { PodSpec } from '../../model/pod-spec.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import { after } from '../../time/timers.ts';
import type { Preparation } from '../preparation.ts';
import { specKeyOf } from './known-plan.ts';
import type { ReadPod } from './messages.ts';

/** By then the pod's processes have been launched, or wait for something. */
const REMEMBERED_AFTER: Milliseconds = 2_000;

interface Read {
  readonly loaded: LoadedConfig;
  readonly pod: ReadPod;
  readonly runId: string;
  /** Variables that references were filled with. */
  readonly reads: ConfigReads;
  /** The config as a line of text; null if it cannot be known. */
  readonly text: () => Promise<string | null>;
}

/** Remembers a config for the next start. That takes some milliseconds, which are those of nobody who waits for a start. */
export class Remembering {
  readonly #preparation: Preparation;
  readonly #read: Read;
  #resolved: { readonly spec: PodSpec; readonly specKey: string } | null = null;
  #isDone = false;

  constructor(preparation: Preparation, read: Read) {
    this.#preparation = preparation;
    this.#read = read;
  }

  /** Takes what the config was resolved to, and passes it on. */
  resolved(ports: AllocatedPorts, spec: Result<PodSpec>): Result<PodSpec> {
    if (spec.ok) this.#resolved = { spec: spec.value, specKey: specKeyOf(this.#preparation, ports) };
    return spec;
  }

  later(): void {
    after(REMEMBERED_AFTER, () => void this.now(), { ref: false });
  }

  /** Does it at once. If it fails, the next start takes longer, and nobody needs to know. */
  async now(): Promise<void> {
    const { cache, origin } = this.#preparation;
    const isKept = origin.kind === 'file' && origin.locals.size === 0;
    if (this.#isDone || cache === null || !isKept) return;
    this.#isDone = true;
    try {
      await this.#write(cache);
    } catch {
      // A source has gone, the disk is full, or the folder is not writable.
    }
  }

  async #write(cache: string): Promise<void> {
    const { loaded, text, reads } = this.#read;
    const known = await text();
    if (known === null) return;
    const { writeKnown } = await import('../../config/known/remember-config.ts');
    const { planOf } = await import('./plan.ts');
    const resolved = this.#resolved;
    const hasVariables = !reads.isComparable;
    const plan =
      resolved === null ? null : planOf(this.#preparation, { ...this.#read, ...resolved, hasVariables });
    const lines = plan === null ? [] : [plan.podKey, plan.pod, plan.specKey, plan.spec];
    writeKnown(cache, loaded.file, [known, ...lines]);
  }
}
