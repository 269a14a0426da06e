import { every, sleep } from '../../time/timers.ts';
import { reportStatus } from '../admin/report-status.ts';
import { PodReadiness } from './endpoints/pod-readiness.ts';
import { Bag } from './http/bag.ts';
import { HeldBytes } from './http/kept-body.ts';
import type { LiveCluster } from './http/live-cluster.ts';
import type { Open, Shared } from './http/scope.ts';
import { ConnectionLimit } from './listeners/acceptor.ts';
import { LiveClusters } from './live-clusters.ts';
import { LiveListeners, type PreparedListeners } from './live-listeners.ts';
import { RequestLog } from './log/request-log.ts';
import type { ProxyOptions } from './options.ts';
import type { ClusterState } from './stats/proxy-stats.ts';
import { ProxyStats } from './stats/proxy-stats.ts';
import { statusText } from './stats/status-text.ts';
import { LiveTracing } from './tracing/live-tracing.ts';

/** Milliseconds for the ends of tunnels to arrive, after the drain. */
const TUNNELS_END_WITHIN = 200;

interface Surroundings {
  /** The file of the options, which lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
}

/** What the options ask for, before any of it is used. */
interface Prepared {
  readonly clusters: ReadonlyMap<string, LiveCluster>;
  readonly listeners: PreparedListeners;
  readonly log: RequestLog;
}

/** The listeners and the clusters of the options, while they run. */
export class RunningProxy {
  readonly stats = new ProxyStats();
  readonly tracing = new LiveTracing();
  #options: ProxyOptions;
  readonly #clusters: LiveClusters;
  readonly #listeners: LiveListeners;
  readonly #readiness: PodReadiness;
  readonly #shared: Shared;
  readonly #limit: ConnectionLimit;
  #log = RequestLog.none();
  readonly #stopChecks: () => void;
  #isFollowing = false;
  isDraining = false;

  constructor(options: ProxyOptions, { optionsFile, say }: Surroundings) {
    const { limits, name, pod, certificates } = options;
    const { stats } = this;
    this.#options = options;
    this.#limit = new ConnectionLimit(limits.connections);
    this.#readiness = new PodReadiness({
      optionsFile,
      say,
      onChange: () => this.#clusters.lookAtProcesses(),
    });
    const processAt = this.#readiness.at.bind(this.#readiness);
    const tls = { pod, name, certificates, say };
    this.#clusters = new LiveClusters({ processAt, stats, tls });
    this.#shared = {
      ...{
        proxy: name,
        processAt,
        open: new Bag<Open>(),
        clock: { seconds: 0 },
        held: new HeldBytes(limits.heldBytes),
      },
      clusterOf: (cluster) => this.#clusters.of(cluster),
      log: (record) => this.#log.take(record),
      tracer: null,
    };
    this.#listeners = new LiveListeners({ shared: this.#shared, limit: this.#limit, stats, tls });
    this.#stopChecks = every(1_000, () => this.#lookAround());
  }

  get options(): ProxyOptions {
    return this.#options;
  }

  /** Ports that are listened on, by the name of the listener. */
  get ports(): Readonly<Record<string, number>> {
    return this.#listeners.ports;
  }

  /** What the policies of the clusters know. */
  get clusters(): ReadonlyMap<string, ClusterState> {
    return this.#clusters.states;
  }

  /** Goes over to options: the first, or others. What they leave as it is goes on, and nothing that is open is cut off. */
  async apply(options: ProxyOptions): Promise<void> {
    const prepared = await this.#prepare(options);
    this.#limit.most = options.limits.connections;
    this.#shared.held.most = options.limits.heldBytes;
    void this.#log.close();
    this.#log = prepared.log;
    this.tracing.use(options.tracing);
    this.#shared.tracer = this.tracing.tracer;
    this.#clusters.use(prepared.clusters);
    this.#listeners.use(prepared.listeners, options.drainTimeout);
    const wasFollowed = hasProcesses(this.#options) && this.#isFollowing;
    this.#options = options;
    // Only for the processes of a pod there is somebody to ask.
    this.#isFollowing = hasProcesses(options);
    if (this.#isFollowing && !wasFollowed) void this.#readiness.follow();
  }

  /** Takes no new connections; what is open comes to its end. */
  async drain(): Promise<void> {
    this.isDraining = true;
    await this.#listeners.drain();
  }

  /** Drains, and waits until nothing is open, or until the time for it is over. */
  async end(): Promise<void> {
    this.#readiness.stop();
    await this.drain();
    const turns = this.#options.drainTimeout / 10;
    for (let turn = 0; turn < turns && this.#listeners.areBusy; turn += 1) await sleep(10);
    await this.#endTunnels();
    this.#listeners.cut();
    this.#clusters.close();
    this.#stopChecks();
    await Promise.all([this.#log.close(), this.tracing.close()]);
  }

  /** Their clients see an end, and not a connection that breaks off. */
  async #endTunnels(): Promise<void> {
    this.#shared.open.each((each) => each.endTunnel?.());
    for (let turn = 0; turn < TUNNELS_END_WITHIN / 10 && this.#listeners.areBusy; turn += 1) await sleep(10);
  }

  /** Whatever is wrong with the options is found here. */
  async #prepare(options: ProxyOptions): Promise<Prepared> {
    const clusters = await this.#clusters.prepare(options.clusters);
    const log = await RequestLog.open(options.accessLog);
    return { clusters, log, listeners: await this.#listeners.prepare(options) };
  }

  #lookAround(): void {
    const { clock, open } = this.#shared;
    clock.seconds += 1;
    open.each((each) => each.checkIdle(clock.seconds));
    reportStatus(statusText(this.clusters));
  }
}

const hasProcesses = ({ clusters }: ProxyOptions): boolean =>
  Object.values(clusters).some(({ endpoints }) => endpoints.some(({ isProcess }) => isProcess));
