import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LogShipperOptions } from '../../../src/programs/log-shipper/options.ts';
import { Shipper } from '../../../src/programs/log-shipper/shipper.ts';
import { now } from '../../../src/time/timers.ts';
import { eventually } from '../../support/deadline.ts';
import { httpTo, Receiver, status } from './running-shipper.ts';
import { newFolder, PLAIN } from './tailing/follower.ts';

/** Longer than any test takes. */
const LONG = 600_000;

const newRig = async (changed: Partial<LogShipperOptions>, before = '') => {
  const folder = newFolder();
  const [log, out, state] = [join(folder, 'a.log'), join(folder, 'out'), join(folder, '.sidecarctl')];
  mkdirSync(join(state, 'logs/web'), { recursive: true });
  writeFileSync(join(state, 'logs/web/20261130T060000Z-ea732e11.log'), 'of web\n');
  if (before !== '') writeFileSync(log, before);
  const options: LogShipperOptions = {
    ...{ name: 'shipper', admin: '', readFrom: 'beginning', rotateWait: 5_000, reading: PLAIN },
    from: { kind: 'files', folder, include: ['*.log'], exclude: [] },
    fields: { 'service.name': 'web', env: 'test' },
    outputs: [{ kind: 'file', name: 'file', path: out, size: 1e6, keep: 1 }],
    batch: { maxBytes: 1e6, maxEvents: 1_000, timeout: 5 },
    retry: { initialBackoff: 5, maxBackoff: 5 },
    ...{ positions: null, deadLetter: null, drain: 5_000 },
    ...changed,
  };
  const run = { id: 'ea732e11', process: 'shipper', state };
  const shipper = await Shipper.start(options, run, { say: () => undefined, onChange: () => undefined });
  onTestFinished(() => shipper.stop());
  const lines = (): readonly { readonly message: string }[] =>
    existsSync(out)
      ? readFileSync(out, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line))
      : [];
  const has = (...messages: readonly string[]): Promise<void> =>
    eventually(messages.join(), () => lines().length === messages.length).then(() =>
      expect(lines().map(({ message }) => message)).toEqual(messages),
    );
  /** Milliseconds until the next file is due that waits. */
  const nextDue = (): number => (shipper.lanes[0]?.tail.nextDue ?? 0) - now();
  return { folder, state, log, shipper, lines, has, nextDue };
};

describe('the options of a log shipper', () => {
  it('say where reading begins, and what every line has', async () => {
    const { log, has, lines } = await newRig({ readFrom: 'end' }, 'before\n');
    appendFileSync(log, 'after\n');
    await has('after');
    expect(lines()[0]).toMatchObject({ 'service.name': 'web', env: 'test', file: 'a.log' });
  });

  it('say what the output of processes has besides', async () => {
    const from = { kind: 'processes', processes: null, except: [], apps: [] } as const;
    const { has, lines } = await newRig({ from, fields: { env: 'test' } });
    await has('of web');
    expect(lines()[0]).toMatchObject({ 'service.name': 'web', process: 'web', env: 'test' });
  });

  it('say how long more lines of an event may come', async () => {
    const multiline = { start: { source: '^\\S', flags: 'u' }, timeout: LONG };
    const { log, shipper, has, nextDue } = await newRig({ reading: { ...PLAIN, multiline } }, 'A\n');
    await eventually('it to wait', () => nextDue() > LONG / 2);
    appendFileSync(log, '  b\n');
    await eventually('it to be read', () => shipper.lag === 6);
    appendFileSync(log, 'C\n');
    await has('A\n  b');
    await shipper.drain(LONG);
    await has('A\n  b', 'C');
  });

  it('say how long a rotated file is looked at', async () => {
    const { log, has, nextDue } = await newRig({ rotateWait: LONG }, 'one\n');
    await has('one');
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    await eventually('it to wait', () => nextDue() > LONG / 2);
  });

  it('say that lines go to its own output', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(((_: unknown, taken: () => void) => {
      taken();
      return true;
    }) as typeof process.stdout.write);
    onTestFinished(() => write.mockRestore());
    const { shipper } = await newRig({ outputs: [{ kind: 'stdout', name: 'stdout' }] }, 'one\n');
    await eventually('the line', () => shipper.lanes[0]?.stats.lines.sent === 1);
    const written = write.mock.calls.map(([bytes]) => String(bytes)).join('');
    expect(JSON.parse(written)).toMatchObject({ message: 'one', env: 'test' });
  });

  it('say where refused lines go, and how long a drain takes', async () => {
    const receiver = await Receiver.start();
    receiver.answers.push(status(400), () => undefined);
    const letters = join(newFolder(), 'letters');
    const outputs = [httpTo(receiver.url, { timeout: LONG })];
    const { log, shipper } = await newRig({ outputs, deadLetter: letters }, 'refused\n');
    await eventually('a letter', () => existsSync(letters) && readFileSync(letters, 'utf8') !== '');
    appendFileSync(log, 'not answered\n');
    await eventually('a request', () => receiver.requests === 2);
    await shipper.drain(10);
    // The limit of a drain is 5 s by default.
  }, 4_500);
});
