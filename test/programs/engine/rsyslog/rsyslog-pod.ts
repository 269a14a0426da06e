import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LogShipperOptions } from '../../../../src/programs/log-shipper/options.ts';
import { rotationFile } from '../../../../src/sidecars/log-shipper/rsyslog/actions.ts';
import { certificatePlan } from '../../../../src/sidecars/log-shipper/rsyslog/certificates.ts';
import { noticesWithin, rsyslogConfig } from '../../../../src/sidecars/log-shipper/rsyslog/config.ts';
import { rotationScript } from '../../../../src/sidecars/log-shipper/rsyslog/rotation.ts';
import { eventually } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { PLAIN } from '../../log-shipper/tailing/follower.ts';

const PROGRAM = fileURLToPath(new URL('../../../../dist/programs/engine.js', import.meta.url));

/** rsyslog as a log shipper, in the folders of a pod. */
export class RsyslogPod {
  readonly folder = mkdtempSync(join(tmpdir(), 'rsyslog-engine-'));
  readonly logs = join(this.folder, 'logs');
  readonly positions = join(this.logs, '.shipper-positions/rsyslog');
  readonly #own = join(this.folder, '.sidecarctl/runs/ea732e11/files/shipper');
  readonly #output = join(this.folder, 'output');
  readonly #admin: number;
  #child: ChildProcess | null = null;

  private constructor(admin: number) {
    this.#admin = admin;
    for (const folder of [this.logs, this.#own]) mkdirSync(folder, { recursive: true });
    onTestFinished(async () => {
      await this.kill();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  static async create(): Promise<RsyslogPod> {
    return new RsyslogPod(await freePort());
  }

  write(changed: Partial<LogShipperOptions>): void {
    const options: LogShipperOptions = {
      ...{ name: 'shipper', admin: `127.0.0.1:${this.#admin}`, readFrom: 'beginning', rotateWait: 5_000 },
      from: { kind: 'files', folder: this.logs, include: ['*.log'], exclude: [] },
      ...{ reading: PLAIN, fields: { 'service.name': 'web' }, outputs: [] },
      batch: { maxBytes: 1024 * 1024, maxEvents: 1_000, timeout: 20 },
      retry: { initialBackoff: 1_000, maxBackoff: 1_000 },
      ...{ positions: null, deadLetter: null, drain: 5_000 },
      ...changed,
    };
    const { name, admin, drain, outputs } = options;
    writeFileSync(join(this.#own, 'rsyslog.conf'), rsyslogConfig(options));
    for (const output of outputs)
      if (output.kind === 'file')
        writeFileSync(join(this.#own, rotationFile(output.name)), rotationScript(output), { mode: 0o700 });
    const own = {
      ...{ engine: 'rsyslog', name, pod: 'shop', admin, config: 'rsyslog.conf', argumentsFile: null },
      ...{ listeners: [], endpoints: [], accessLog: null, certificates: this.folder },
      certificateFiles: certificatePlan(options),
      following: { positions: this.positions, noticesWithin: noticesWithin(options.reading) },
      drainTimeout: drain,
    };
    writeFileSync(join(this.#own, 'options'), JSON.stringify(own));
  }

  /** Starts it, until it is ready. */
  async start(
    options?: Partial<LogShipperOptions>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (options !== undefined) this.write(options);
    // What Node makes as a pipe is a socket, which rsyslog cannot open anew.
    const output = openSync(this.#output, 'a');
    const child = spawn(process.execPath, [PROGRAM, join(this.#own, 'options')], {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env, PATH: `${process.env['PATH']}:/usr/sbin` },
    });
    closeSync(output);
    this.#child = child;
    await eventually('rsyslog to be ready', async () => {
      if (child.exitCode !== null) throw new Error(this.output);
      return (await this.ask('/ready')) !== null;
    });
  }

  get output(): string {
    return readFileSync(this.#output, 'utf8');
  }

  /** The end in order. */
  async stop(): Promise<void> {
    await this.#end((child) => child.kill('SIGTERM'));
  }

  /** kill -9 of rsyslog itself, after which the program that runs it ends, too. */
  async kill(): Promise<void> {
    await this.#end((child) => {
      const pid = join(this.#own, 'engine/pid');
      if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
      else child.kill('SIGKILL');
    });
  }

  /** Does something while rsyslog stands still. */
  paused(act: () => void): void {
    const pid = Number(readFileSync(join(this.#own, 'engine/pid'), 'utf8'));
    process.kill(pid, 'SIGSTOP');
    try {
      act();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  async #end(tell: (child: ChildProcess) => void): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    tell(child);
    await ended;
  }

  /** The answer of the admin port; `null`: none, or no success. */
  ask(path: string): Promise<string | null> {
    return fetch(`http://127.0.0.1:${this.#admin}${path}`).then(
      async (response) => (response.ok ? response.text() : null),
      () => null,
    );
  }
}
