import { now } from '../../time/timers.ts';
import { MetricsPusher } from '../otlp/push-metrics.ts';
import { PodFollower } from '../pod/pod-follower.ts';
import { requestPod } from '../pod/request-pod.ts';
import { UsageFollower } from '../pod/usage-follower.ts';
import type { Breach, Measured } from './limits/limit-watch.ts';
import { LimitWatches } from './limits/limit-watches.ts';
import { type Observed, ObservedPod } from './observed-pod.ts';
import type { MonitorOptions } from './options.ts';
import { otlpRequestOf } from './otlp-request.ts';

interface Surroundings {
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
  readonly say: (line: string) => void;
  /** Which limits processes are above may have changed. */
  readonly onSample: () => void;
}

/** Follows the pod, knows how its processes are, and does what its limits say. */
export class RunningMonitor {
  readonly #around: Surroundings;
  readonly #pod = new ObservedPod();
  readonly #watches = new LimitWatches();
  readonly #follower: PodFollower;
  #usage: UsageFollower | null = null;
  #pusher: MetricsPusher | null = null;
  #settingPush: Promise<void> = Promise.resolve();
  #options: MonitorOptions;
  #isBlind = false;
  /** Breaches by process, resource and action. */
  readonly breaches = new Map<string, { readonly breach: Breach; count: number }>();

  constructor(options: MonitorOptions, around: Surroundings) {
    this.#options = options;
    this.#around = around;
    this.#follower = new PodFollower({
      optionsFile: around.optionsFile,
      fromBeginning: true,
      onSnapshot: (pod) => this.#pod.setPod(pod),
      onEvent: (event) => this.#pod.take(event),
      onLost: () => this.#pod.losePod(),
      say: (why) => around.say(`cannot see the pod: there are no metrics of it (${why})`),
    });
  }

  get options(): MonitorOptions {
    return this.#options;
  }

  /** Or there is nothing that it could wait for. */
  get isReady(): boolean {
    return this.#pod.isKnown || this.#isBlind;
  }

  /** The pod has no control socket, as those of `startPod`. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  /** The processes that have metrics. */
  get processes(): readonly Observed[] {
    const { processes } = this.#options;
    return this.#pod.all().filter(({ name }) => processes === null || processes.includes(name));
  }

  get pushed(): MetricsPusher['counts'] | null {
    return this.#pusher?.counts ?? null;
  }

  get limitsAbove() {
    return this.#watches.above;
  }

  follow(): void {
    this.#apply(this.#options);
    this.#setPush(this.#options);
    void this.#follower.follow().then(() => {
      this.#isBlind = true;
      this.#around.onSample();
    });
  }

  apply(options: MonitorOptions): void {
    const isOtherPush = JSON.stringify(options.push) !== JSON.stringify(this.#options.push);
    this.#apply(options);
    if (isOtherPush) this.#setPush(options);
  }

  #apply(options: MonitorOptions): void {
    const isOtherInterval = options.interval !== this.#options.interval;
    this.#options = options;
    this.#watches.setLimits(options.limits);
    if (this.#usage !== null && !isOtherInterval) return;
    this.#usage?.stop();
    this.#usage = this.#usageEvery(options.interval);
    void this.#usage.follow();
  }

  /** Sends the last figures, if they are to be sent. */
  async stop(): Promise<void> {
    await this.#settingPush;
    await this.#pusher?.stop();
    this.#pusher = null;
    this.#follower.stop();
    this.#usage?.stop();
  }

  #setPush({ push }: MonitorOptions): void {
    this.#settingPush = this.#settingPush.then(async () => {
      await this.#pusher?.stop();
      const make = () => otlpRequestOf(this.processes, this.#options.pod, Date.now());
      this.#pusher = push === null ? null : await MetricsPusher.begin(push, make);
    });
  }

  #usageEvery(period: number): UsageFollower {
    return new UsageFollower({
      optionsFile: this.#around.optionsFile,
      details: { period },
      onUsage: (usage) => {
        this.#pod.setUsage(usage);
        this.#judge();
      },
      onLost: () => this.#pod.loseUsage(),
      // What follows the pod says it.
      say: () => undefined,
    });
  }

  #judge(): void {
    const measured = new Map(this.#pod.all().flatMap((process) => measuredOf(process)));
    for (const breach of this.#watches.take(measured, now())) void this.#act(breach);
    this.#around.onSample();
  }

  async #act(breach: Breach): Promise<void> {
    const { process, resource, most, action } = breach.limit;
    this.#count(breach);
    const { used, lasted } = breach;
    const facts = { process, by: this.#options.name, resource, used, limit: most, lasted, action } as const;
    const outcomes = [await this.#request({ type: 'above-limit', ...facts })];
    if (action !== 'warn')
      outcomes.push(await this.#request({ type: action === 'end' ? 'stop' : action, process }));
    for (const outcome of outcomes)
      if (!outcome.ok)
        this.#around.say(`${process} is above its limit of ${resource}, and: ${outcome.message}`);
  }

  #request(asked: Parameters<typeof requestPod>[1]) {
    return requestPod(this.#around.optionsFile, asked);
  }

  #count(breach: Breach): void {
    const { process, resource, action } = breach.limit;
    const key = `${process} ${resource} ${action}`;
    const counted = this.breaches.get(key) ?? { breach, count: 0 };
    counted.count += 1;
    this.breaches.set(key, counted);
  }
}

const measuredOf = ({ name, usage }: Observed): ReadonlyArray<readonly [string, Measured]> =>
  usage === null
    ? []
    : [[name, { memory: usage.memory, cpu: usage.cpu, launch: usage.details?.startedAt ?? 0 }]];
