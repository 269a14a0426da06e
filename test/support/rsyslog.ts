import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually, withDeadline } from './deadline.ts';
import { freePort } from './free-port.ts';

/** A template that writes what rsyslog has understood of a message as JSON. */
const AS_JSON = `template(name="json" type="list" option.jsonf="on") {
  property(outname="severity" name="syslogseverity" format="jsonf")
  property(outname="facility" name="syslogfacility" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="app" name="app-name" format="jsonf")
  property(outname="version" name="protocol-version" format="jsonf")
  property(outname="data" name="structured-data" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}`;

export interface Rsyslog {
  readonly port: number;
  readonly folder: string;
  /** File with the messages that it has got, one JSON object each. */
  readonly messages: string;
  /** Has it write everything, and ends it. */
  readonly stop: () => Promise<void>;
}

/** Runs a real rsyslog that receives messages over TCP, until the end of the test. */
export const receiveWithRsyslog = async (more = ''): Promise<Rsyslog> => {
  const folder = mkdtempSync(join(tmpdir(), 'rsyslog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const messages = join(folder, 'messages');
  writeFileSync(
    join(folder, 'rsyslog.conf'),
    `global(workDirectory="${folder}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
${AS_JSON}
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${messages}" template="json")
${more}`,
  );
  const child = spawn('rsyslogd', ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], {
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  await withDeadline(
    'rsyslog to listen',
    eventually('a listener', () => isListening(port, child)),
  );
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await withDeadline('the end of rsyslog', exit);
  };
  return { port, folder, messages, stop };
};

const isListening = (port: number, child: ChildProcess): Promise<boolean> => {
  if (child.exitCode !== null) throw new Error(`rsyslog ended with ${child.exitCode}`);
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
};
