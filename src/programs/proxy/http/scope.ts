import type { ListenerOptions } from '../options.ts';
import type { AccessRecord } from '../routing/access-log.ts';
import type { Router } from '../routing/router.ts';
import type { ListenerStats } from '../stats/listener-stats.ts';
import type { Tracer } from '../tracing/tracer.ts';
import type { Bag, Bagged } from './bag.ts';
import type { HeldBytes } from './kept-body.ts';
import type { LiveCluster } from './live-cluster.ts';
import type { LiveRoutes } from './live-route.ts';
import type { ProcessAt } from './refusal-cause.ts';

/** Something that is open, and is looked at once in a while. */
export interface Open extends Bagged {
  /** `seconds` go up by one with every second. */
  readonly checkIdle: (seconds: number) => void;
  /** At the end of a drain: what is not a request, and has no end of its own, ends in an orderly way. */
  readonly endTunnel?: () => void;
}

/** What all requests share, on all listeners. */
export interface Shared {
  /** Name of the proxy's process. */
  readonly proxy: string;
  readonly clusterOf: (name: string) => LiveCluster | null;
  readonly processAt: ProcessAt;
  readonly held: HeldBytes;
  readonly open: Bag<Open>;
  /** Seconds since the start, as far as somebody has counted them. */
  readonly clock: { seconds: number };
  readonly log: (record: AccessRecord) => void;
  /** A reload replaces it. `null`: no spans. */
  tracer: Tracer | null;
}

/** What the requests on one listener share. A reload replaces it; requests that are under way keep theirs. */
export interface Scope {
  readonly shared: Shared;
  readonly router: Router;
  readonly routes: LiveRoutes;
  readonly forwarded: ListenerOptions['forwarded'];
  readonly stats: ListenerStats;
}
