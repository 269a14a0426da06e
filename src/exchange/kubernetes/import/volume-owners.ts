import { toLabel } from '../../form/label.ts';
import { list, record, text } from '../../reading/read-yaml.ts';
import { replicasOf, type Workload } from './manifests.ts';
import type { Member } from './members.ts';

/** What a volume is called in a config, and which app has it; null: all share it. */
export interface OwnedVolume {
  readonly label: string;
  readonly app: string | null;
}

/**
 * Whose the volumes of several workloads are. A folder is that of each pod, so each instance of an app has its own. Only a
 * claim can be the same one for several.
 */
export class VolumeOwners {
  readonly #members: readonly Member[];
  readonly #pod: string;
  readonly #workloads: readonly Workload[];
  readonly #shared: ReadonlySet<string>;

  constructor(members: readonly Member[], workloads: readonly Workload[], pod: string | undefined) {
    this.#members = members;
    this.#workloads = workloads;
    this.#pod = pod ?? '';
    const claims = workloads.flatMap(claimsOf);
    this.#shared = new Set(
      claims
        .filter(({ claim, workload }) => this.#isShared(claim, workload, claims))
        .map(({ claim }) => toLabel(this.#short(claim, this.#pod))),
    );
  }

  of(workload: Workload, name: string): OwnedVolume {
    if (this.#workloads.length === 1) return { label: toLabel(name), app: null };
    const app = this.#members.find((member) => member.workload === workload)?.app ?? workload.name;
    const short = this.#short(name, app);
    const owner = this.#appOf(workload);
    const label = toLabel(owner === null || this.#shared.has(toLabel(short)) ? `${app}-${short}` : short);
    return { label, app: owner };
  }

  ofClaim(workload: Workload, name: string, claim: string): OwnedVolume {
    const claims = this.#workloads.flatMap(claimsOf);
    if (this.#workloads.length === 1 || !this.#isShared(claim, workload, claims))
      return this.of(workload, name);
    return { label: toLabel(this.#short(claim, this.#pod)), app: null };
  }

  /** Of the pod of several apps, no one has the volumes alone. */
  #appOf(workload: Workload): string | null {
    const [app, ...more] = this.#members.filter((member) => member.workload === workload && member.isApp);
    return app === undefined || more.length > 0 ? null : app.name;
  }

  #isShared(claim: string, workload: Workload, all: readonly Claim[]): boolean {
    const users = new Set(all.filter((each) => each.claim === claim).map((each) => each.workload));
    return users.size > 1 || replicasOf(workload) > 1;
  }

  #short(name: string, beginning: string): string {
    return beginning !== '' && name.startsWith(`${beginning}-`) ? name.slice(beginning.length + 1) : name;
  }
}

interface Claim {
  readonly workload: Workload;
  readonly claim: string;
}

const claimsOf = (workload: Workload): readonly Claim[] =>
  list(workload.pod['volumes']).flatMap((volume) => {
    const claim = text(record(record(volume)['persistentVolumeClaim'])['claimName']);
    return claim === undefined ? [] : [{ workload, claim }];
  });
