import type { PodClient, ToldEvent, Usage } from '../control/pod-client.ts';
import { errorMessage } from '../model/error-message.ts';
import { titleOfLog } from '../model/own-command.ts';
import type { UiSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { atMost } from '../time/timers.ts';
import { carryOut, type Tools } from './effects.ts';
import { FollowedMetrics } from './followed-metrics.ts';
import { FollowedTraces } from './followed-traces.ts';
import { clickBytes } from './input/click-bytes.ts';
import { bytesOfKey } from './input/key-bytes.ts';
import { KeyRelay } from './input/key-relay.ts';
import { LateKeys } from './input/late-keys.ts';
import { Mouse } from './mouse.ts';
import { Painter } from './painter.ts';
import { PlainView, type PlainWriter } from './plain-view.ts';
import { type Choices, choicesMade } from './state/choices.ts';
import { leaveInput, typedTo } from './state/input-mode.ts';
import { type Action, type KeyEntry, keyLabel, keyOf, keyTable, plainKeys } from './state/key-table.ts';
import { newsOf } from './state/news.ts';
import { reduceKey, reducePaste, reduceSnapshot, type Surroundings } from './state/reduce.ts';
import { type MouseAction, reduceMouse } from './state/reduce-mouse.ts';
import { titleOf } from './state/title.ts';
import { takeEvent, tell } from './state/told.ts';
import { type Cell, type Effect, INITIAL, type Reduced, type UiState } from './state/ui-state.ts';
import { AlternateScreen } from './terminal/alternate-screen.ts';
import { AsyncTty, type Terminal } from './terminal/async-tty.ts';
import { ASK_BACKGROUND, isLightBackground } from './terminal/background.ts';
import { callSign } from './terminal/call-signs.ts';
import { FrameScheduler } from './terminal/frame-scheduler.ts';
import { characterName } from './terminal/key-names.ts';
import { RawInput } from './terminal/raw-input.ts';
import { restoreAfter } from './terminal/restore.ts';
import { TerminalKeys } from './terminal/terminal-keys.ts';
import { WindowTitle } from './terminal/window-title.ts';
import { count } from './text/format.ts';
import { type ColorCount, makeTheme, type Theme } from './theme.ts';

/** Terminals answer within some milliseconds; a dashboard that closes sooner waits for the answer this long. */
const ANSWER_MS = 200;
const ANSWERS_KEY_WITHIN: Milliseconds = 200;

interface DashboardOptions {
  readonly client: PodClient;
  readonly terminal: Terminal;
  readonly settings: UiSpec;
  readonly colors: ColorCount;
  /** True if the terminal takes links (OSC 8). */
  readonly links: boolean;
  /** Creates what writes plain lines to the terminal. */
  readonly plainWriter: (write: (text: string) => void) => PlainWriter;
  /** Saves a log as a file of this name, and returns its path. */
  readonly save: (name: string, bytes: Buffer) => string;
  /** What the user chose the last time. Settings are above it. */
  readonly chosen: Choices;
  /** Keeps what the user has chosen for the next time, or throws. */
  readonly keep: (choices: Choices) => void;
  /** Environment of the user who runs the dashboard, for the pager. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once, when the terminal is gone. */
  readonly onGone: () => void;
  /**
   * For a pod in another process: called when the user quits, and the pod keeps running. Null: quitting stops the pod.
   */
  readonly onLeave: (() => void) | null;
}

/** What the settings ask of the state. */
const atFirst = ({ mouse = true, ...settings }: UiSpec): Partial<UiState> => {
  const {
    keys: _keys,
    theme: _theme,
    bell: _bell,
    notification: _notification,
    title: _title,
    ...choices
  } = settings;
  return { ...choices, mouse: mouse ? 'taken' : 'off' };
};

/** The current owner of the terminal. */
type Stage =
  | { readonly is: 'screen'; readonly screen: AlternateScreen }
  | { readonly is: 'plain'; readonly view: PlainView; readonly input: RawInput }
  | { readonly is: 'away' }
  | { readonly is: 'closed' };

/**
 * The dashboard on a terminal, until it is closed. It is a client like any other: an error in it does not affect the
 * pod.
 *
 * @example
 * const dashboard = new Dashboard({ client, terminal, … });
 * dashboard.open(); …
 * await dashboard.close((theme) => summaryOf(client, theme, folder));
 */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #tty: AsyncTty;
  readonly #keys: TerminalKeys;
  readonly #mouse: Mouse;
  readonly #title: WindowTitle;
  readonly #painter: Painter;
  readonly #scheduler: FrameScheduler;
  readonly #traces: FollowedTraces;
  readonly #metrics: FollowedMetrics;
  readonly #ends: Array<() => void> = [];
  readonly #table: readonly KeyEntry[];
  #state: UiState;
  #snapshot: PodClient['snapshot'];
  #stage: Stage = { is: 'away' };
  /** Reason why the dashboard was replaced by plain output, or null. */
  #failure: string | null = null;
  readonly #backgroundKnown = Promise.withResolvers<void>();
  #askedAt = -Infinity;
  #relay: KeyRelay | null = null;
  #typedAt = -Infinity;
  #chosen: Choices;
  #keepsChoices = true;

  constructor(options: DashboardOptions) {
    const { client, terminal } = options;
    const { keys, theme } = options.settings;
    const isAttached = options.onLeave !== null;
    this.#options = options;
    this.#chosen = options.chosen;
    this.#tty = new AsyncTty(terminal, options.onGone);
    this.#keys = new TerminalKeys(terminal.input, (report) => this.#reported(report));
    this.#mouse = new Mouse(
      (text) => void this.#tty.write(text),
      (action) => this.#point(action),
    );
    this.#title = new WindowTitle((text) => void this.#tty.write(text));
    this.#snapshot = client.snapshot;
    this.#state = reduceSnapshot(
      { ...INITIAL, ...options.chosen, ...atFirst(options.settings), attached: isAttached },
      null,
      client.snapshot,
    );
    this.#table = keyTable(keys, isAttached);
    this.#painter = new Painter(
      {
        client,
        size: () => this.#tty,
        keys: this.#table,
        links: options.links,
        onDrawn: () => this.#drawn(),
      },
      makeTheme(theme, options.colors, theme['base'] === 'light'),
    );
    this.#traces = new FollowedTraces(client, () => {
      this.#painter.traces = this.#traces.view;
      this.#scheduler.soon();
    });
    this.#metrics = new FollowedMetrics(client, () => {
      this.#painter.metrics = this.#metrics.view;
      this.#scheduler.soon();
    });
    this.#scheduler = new FrameScheduler({
      draw: () => this.#draw(),
      isDrained: () => this.#tty.isDrained,
      now: Date.now,
    });
  }

  open(): void {
    const { client } = this.#options;
    const restore = (): void => this.#restoreNow();
    const resume = (): void => this.#resume();
    process.on('uncaughtExceptionMonitor', restore);
    process.on('exit', restore);
    process.on('SIGCONT', resume);
    this.#tty.on('idle', () => this.#drained());
    this.#tty.on('resize', () => this.#scheduler.soon());
    this.#ends.push(
      client.onChange(() => this.#changed()),
      client.onOutput(() => this.#written()),
      client.onEvent((event) => this.#happened(event)),
      client.onUsage((usage) => this.#sampled(usage)),
      () => process.off('uncaughtExceptionMonitor', restore),
      () => process.off('exit', restore),
      () => process.off('SIGCONT', resume),
    );
    this.#enterScreen();
    this.#askBackground();
  }

  /** Shows a message where the user looks. */
  notify(text: string): void {
    if (this.#stage.is === 'plain') this.#stage.view.log(text);
    this.#set(tell(this.#state, { at: Date.now(), text, kind: 'answer' }));
  }

  /** Restores the terminal, with a summary on the normal screen. Does not wait for a terminal that is stuck. */
  async close(summary: (theme: Theme) => string): Promise<void> {
    for (const end of this.#ends) end();
    await this.#awaitAnswer();
    await this.#leave();
    this.#stage = { is: 'closed' };
    this.#tty.write(summary(this.#painter.theme));
    await this.#tty.drain();
    this.#tty.close();
  }

  /** The first frame does not wait for the answer, and has the colors for a dark background. */
  #askBackground(): void {
    const { base = 'auto' } = this.#options.settings.theme;
    if (base !== 'auto' || this.#options.colors === 0) return;
    this.#askedAt = performance.now();
    this.#tty.write(ASK_BACKGROUND);
  }

  #reported(report: string): void {
    const input = this.#state.input?.process;
    if (input === undefined) this.#mouse.hear(report);
    else this.#click(report, input);
    const isLight = isLightBackground(report);
    if (isLight === null) return;
    this.#backgroundKnown.resolve();
    this.#painter.theme = makeTheme(this.#options.settings.theme, this.#options.colors, isLight);
    this.#scheduler.soon();
  }

  /** An answer that comes after the end would be typed into the shell. */
  async #awaitAnswer(): Promise<void> {
    const left = this.#askedAt + ANSWER_MS - performance.now();
    if (left > 0 && this.#stage.is === 'screen') await atMost(left, this.#backgroundKnown.promise);
  }

  #drained(): void {
    this.#scheduler.drained();
    this.#showTitle();
  }

  /** A terminal that takes nothing would get every title that there has been meanwhile. */
  #showTitle(): void {
    const isOurs = this.#stage.is === 'screen' || this.#stage.is === 'plain';
    if (this.#options.settings.title === true && isOurs && this.#tty.isDrained)
      this.#title.show(titleOf(this.#snapshot));
  }

  #draw(): { readonly changesAt: number } {
    if (this.#stage.is !== 'screen') return { changesAt: Infinity };
    try {
      const frame = this.#painter.paint(this.#state);
      this.#stage.screen.draw(frame.rows, frame.cursor);
      return frame;
    } catch (error) {
      this.#fail(error as Error);
      return { changesAt: Infinity };
    }
  }

  #press(keys: readonly string[]): void {
    // The terminal is about to be given away.
    if (this.#stage.is === 'away') return;
    this.#guarded(() => {
      for (const key of keys) this.#pressOne(key);
    });
  }

  /** Keys that have come together with the one that began the input mode belong to the process. */
  #pressOne(key: string): void {
    if (typedTo(this.#state) !== null) this.#typedAt = performance.now();
    if (this.#relay !== null) this.#relay.type(bytesOfKey(key));
    else this.#reduced(reduceKey(this.#state, key, this.#surroundings()));
  }

  #point(action: MouseAction): void {
    this.#guarded(() => {
      this.#reduced(reduceMouse(this.#state, action, this.#painter));
      this.#mouse.holdAt(this.#state.pointer.pressed?.edge ?? 0, action);
    });
  }

  #reduced({ state, effects }: Reduced): void {
    const before = this.#state;
    this.#set(state);
    this.#keep(choicesMade(before, state, this.#options.settings));
    for (const effect of effects) this.#carryOut(effect);
  }

  /** A failure is told once: what was chosen counts until the dashboard is closed all the same. */
  #keep(made: Choices): void {
    if (Object.keys(made).length === 0 || !this.#keepsChoices) return;
    this.#chosen = { ...this.#chosen, ...made };
    try {
      this.#options.keep(this.#chosen);
    } catch (error) {
      this.#keepsChoices = false;
      this.notify(`the choice is not kept for the next time: ${errorMessage(error)}`);
    }
  }

  #paste(text: string): void {
    this.#guarded(() => this.#reduced(reducePaste(this.#state, text, this.#surroundings())));
  }

  #surroundings(): Surroundings {
    const around = this.#painter.surroundings(this.#state);
    return this.#stage.is === 'plain' ? { ...around, keys: this.#plainTable() } : around;
  }

  #set(state: UiState): void {
    const wantsDetails =
      state.screen === 'details' &&
      (this.#state.screen !== 'details' || state.selected !== this.#state.selected);
    const before = this.#state.input?.process ?? null;
    this.#state = state;
    const now = state.input?.process ?? null;
    if (now !== before) this.#type(now, before);
    if (this.#stage.is === 'screen') {
      this.#mouse.take(state.mouse === 'taken');
      this.#traces.show(state);
      this.#metrics.show(state);
    }
    if (wantsDetails) this.#fetchDetails();
    this.#scheduler.soon();
  }

  /** Gives the keys to a process, or to the dashboard again (null). */
  #type(process: string | null, before: string | null): void {
    const unsent = this.#relay?.close() ?? 0;
    this.#relay = null;
    this.#keys.divert(null);
    if (before !== null && unsent > 0)
      this.notify(
        `${count(unsent, 'byte')} of what was typed or pasted were not sent: ${titleOfLog(before)} does not read what is typed`,
      );
    if (process === null) return;
    this.#painter.refit(process);
    const relay = this.#openRelay(process);
    this.#relay = relay;
    this.#keys.divert((piece) => {
      this.#typedAt = performance.now();
      return relay.take(piece);
    });
  }

  #openRelay(process: string): KeyRelay {
    return new KeyRelay({
      open: () => this.#options.client.openTerminal(process),
      leave: bytesOfKey(keyOf(this.#table, 'leave-input') ?? '')[0] ?? 0,
      modes: () => this.#painter.modesOf(process),
      hold: (isHeld) => this.#keys.hold(isHeld),
      onLeave: () => this.#set(leaveInput(this.#state)),
      onFailure: (message) => {
        this.#set(leaveInput(this.#state));
        this.#dropLateKeys();
        this.notify(message);
      },
    });
  }

  #dropLateKeys(): void {
    const late = new LateKeys(this.#typedAt);
    this.#keys.divert(({ bytes }) => {
      if (!late.isOver(performance.now())) return null;
      this.#keys.divert(null);
      return bytes;
    });
  }

  #click(report: string, process: string): void {
    const toCell = (cell: Cell): Cell | null => this.#painter.screenCellAt(this.#state, cell);
    this.#relay?.send(clickBytes(report, this.#painter.modesOf(process), toCell));
  }

  /** What a program draws soon after a key is the answer to it. */
  #drawn(): void {
    if (this.#relay !== null && performance.now() < this.#typedAt + ANSWERS_KEY_WITHIN)
      this.#scheduler.soon();
    else this.#scheduler.output();
  }

  #written(): void {
    if (this.#painter.hasMore) this.#scheduler.output();
    else this.#scheduler.at(this.#painter.rateMayChangeAt);
  }

  #changed(): void {
    this.#guarded(() => {
      const before = this.#snapshot;
      this.#snapshot = this.#options.client.snapshot;
      const typing = typedTo(this.#state);
      this.#set(reduceSnapshot(this.#state, before, this.#snapshot));
      if (typing !== null && typedTo(this.#state) === null) this.#ended(typing);
      this.#callUser(newsOf(before, this.#snapshot));
      this.#showTitle();
      if (this.#state.screen === 'details') this.#fetchDetails();
    });
  }

  #ended(typing: string): void {
    this.#dropLateKeys();
    if (this.#snapshot.state !== 'stopping')
      this.notify(`${titleOfLog(typing)} has ended: the keys are for the dashboard again`);
  }

  /** Another program that has the terminal is not disturbed. */
  #callUser(news: string | null): void {
    const sign = news === null ? '' : callSign(news, this.#options.settings);
    if (sign !== '' && this.#stage.is !== 'away') this.#tty.write(sign);
  }

  #happened(event: ToldEvent): void {
    this.#guarded(() => {
      this.#painter.take(event);
      this.#set(takeEvent(this.#state, event));
    });
  }

  #sampled(usage: ReadonlyMap<string, Usage>): void {
    if (this.#state.screen === 'details') this.#fetchDetails();
    if (this.#painter.measured(usage)) this.#scheduler.output();
  }

  #fetchDetails(): void {
    const { selected } = this.#state;
    if (selected === null) return;
    const answered = this.#options.client.details(selected);
    answered
      .then((details) => {
        this.#painter.details = details;
        this.#scheduler.soon();
      })
      .catch((error: Error) => this.notify(`details of ${selected}: ${error.message}`));
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'plain':
        return void (this.#stage.is === 'plain' ? this.#leavePlain() : this.#enterPlain());
      case 'leave':
        return this.#options.onLeave?.();
      case 'redraw':
        return void this.#away(() => Promise.resolve());
      default:
        if (effect.type === 'send') this.#painter.sent(effect);
        carryOut(effect, this.#tools()).catch((error: Error) => this.notify(error.message));
    }
  }

  #tools(): Tools {
    const { client, save, env } = this.#options;
    const { view, live } = this.#painter.surroundings(this.#state).log;
    return {
      client,
      save,
      env,
      state: this.#state,
      log: view,
      live,
      notify: (text) => this.notify(text),
      write: (text) => void this.#tty.write(text),
      away: (act) => this.#away(act),
    };
  }

  #enterScreen(): void {
    const { rows } = this.#painter.paint(this.#state);
    const screen = new AlternateScreen(rows, {
      tty: this.#tty,
      input: this.#keys,
      onKeys: (keys) => this.#press(keys),
      onPaste: (text) => this.#paste(text),
      onError: (error) => this.#fail(error),
    });
    this.#stage = { is: 'screen', screen };
    this.#mouse.take(this.#state.mouse === 'taken');
    this.#traces.show(this.#state);
    this.#metrics.show(this.#state);
    this.#scheduler.start();
  }

  async #enterPlain(): Promise<void> {
    await this.#leave();
    this.#state = { ...this.#state, editor: null, question: null, choice: null };
    const { client } = this.#options;
    const view = new PlainView({
      client,
      tty: this.#tty,
      writer: this.#options.plainWriter((text) => void this.#tty.write(text)),
    });
    this.#stage = { is: 'plain', view, input: new RawInput(this.#keys, (key) => this.#plainKey(key)) };
    view.log(this.#plainGreeting());
  }

  #plainTable(): readonly KeyEntry[] {
    const keys = plainKeys(this.#table);
    return this.#failure === null ? keys : keys.filter(({ action }) => action !== 'plain');
  }

  #plainGreeting(): string {
    const label = (action: Action): string => keyLabel(keyOf(this.#table, action) ?? '');
    const quit = `${label('quit')} ${this.#state.attached ? 'leaves the pod running' : 'stops the pod'}`;
    return this.#failure === null
      ? `plain output: ${label('plain')} returns to the dashboard, ${quit}`
      : `the dashboard failed (${this.#failure}); using plain output, ${quit}`;
  }

  #plainKey(character: string): void {
    const before = this.#state;
    this.#press([characterName(character)]);
    const { question, quits } = this.#state;
    if (this.#stage.is !== 'plain' || question === before.question) return;
    if (question !== null) this.#stage.view.log(`${question.text} y yes, any other key no`);
    else if (quits === before.quits) this.#stage.view.log('the pod keeps running');
  }

  async #leavePlain(): Promise<void> {
    try {
      await this.#leave();
      this.#enterScreen();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Gives the terminal to another program for a while. */
  async #away(act: () => Promise<void>): Promise<void> {
    await this.#leave();
    this.#stage = { is: 'away' };
    try {
      await this.#tty.drain();
      await act();
    } catch (error) {
      this.notify(errorMessage(error));
    }
    if (this.#stage.is === 'away') this.#enterScreen();
  }

  /** Releases the terminal. */
  async #leave(): Promise<void> {
    const stage = this.#stage;
    if (stage.is === 'away' || stage.is === 'closed') return;
    this.#stage = { is: 'away' };
    this.#scheduler.stop();
    this.#traces.show(null);
    this.#metrics.show(null);
    this.#set(leaveInput(this.#state));
    this.#painter.rest();
    this.#title.restore();
    if (stage.is === 'plain') {
      stage.input.close();
      stage.view.close();
    } else await this.#leaveScreen(stage.screen);
    // Ink restores the terminal's modes a moment later.
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #leaveScreen(screen: AlternateScreen): Promise<void> {
    this.#mouse.take(false);
    this.#state = { ...this.#state, pointer: INITIAL.pointer };
    if (this.#mouse.isInUse) await this.#mouse.quiet();
    screen.leave();
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error.message;
    void this.#enterPlain();
  }

  /** The shell has given the terminal back, with its own modes set. */
  #resume(): void {
    if (this.#stage.is === 'screen') void this.#away(() => Promise.resolve());
  }

  #restoreNow(): void {
    if (this.#stage.is === 'screen') this.#options.terminal.writeNow(restoreAfter(this.#options.settings));
  }
}
