import type { Parsed, Parser } from './parsed.ts';
import { ofSyslog } from './severity.ts';

/** `<34>1 2026-11-30T06:00:00.1Z host app 12 ID47 [data] message` (RFC 5424). */
const RFC_5424 =
  /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^\]\\"]|"(?:[^"\\]|\\.)*")*\])+)(?: (.*))?$/s;

/** `<34>Nov 30 06:00:00 host app[12]: message` (RFC 3164); files have it without the priority. */
const RFC_3164 =
  /^(?:<(\d{1,3})>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (\S+) ([^\s:[]+)(?:\[(\d+)\])?: ?(.*)$/s;

/**
 * @param now milliseconds since 1970: RFC 3164 leaves out the year
 */
export const syslogParser =
  (now: () => number): Parser =>
  (line) =>
    ofRfc5424(line) ?? ofRfc3164(line, now());

const ofRfc5424 = (line: string): Parsed | null => {
  const found = RFC_5424.exec(line);
  if (found === null) return null;
  const [, priority, time = '', host, app, pid, id, data, message = ''] = found;
  const at = Date.parse(time);
  const names = { 'host.name': host, 'syslog.app': app, 'syslog.procid': pid, 'syslog.msgid': id };
  const fields = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== '-'));
  return {
    body: message.replace(/^\u{FEFF}/u, ''),
    time: Number.isNaN(at) ? null : at,
    severity: ofSyslog(Number(priority) % 8),
    fields: {
      ...fields,
      'syslog.facility': Math.floor(Number(priority) / 8),
      ...(data === '-' ? {} : { 'syslog.structured_data': data }),
    },
  };
};

const ofRfc3164 = (line: string, now: number): Parsed | null => {
  const found = RFC_3164.exec(line);
  if (found === null) return null;
  const [, priority, time = '', host, app, pid, message = ''] = found;
  return {
    body: message,
    time: timeOf(time, now),
    severity: priority === undefined ? 0 : ofSyslog(Number(priority) % 8),
    fields: {
      ...{ 'host.name': host, 'syslog.app': app },
      ...(pid === undefined ? {} : { 'syslog.procid': pid }),
      ...(priority === undefined ? {} : { 'syslog.facility': Math.floor(Number(priority) / 8) }),
    },
  };
};

const DAY = 86_400_000;

/** A time without a year is of this one, unless that were more than a day from now. */
const timeOf = (text: string, now: number): number | null => {
  if (/^\d/.test(text)) {
    const at = Date.parse(text);
    return Number.isNaN(at) ? null : at;
  }
  const year = new Date(now).getFullYear();
  const at = Date.parse(`${text} ${year}`);
  if (Number.isNaN(at)) return null;
  return at > now + DAY ? Date.parse(`${text} ${year - 1}`) : at;
};
