import type { ReceivedLine } from '../received-line.ts';
import { severityOfSyslog } from '../severity.ts';

/** RFC 5424: priority, version, time, host, app, process id, message id; the structured data and the text follow. */
const HEADER = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) /;

/** RFC 3164, as the older loggers write it: `<34>Oct 11 22:14:15 host app[12]: text`. */
const OLD = /^<(\d{1,3})>(?:([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) )?(?:([^\s:[]+)(?:\[(\w+)\])?: ?)?/;

const NIL = '-';

/**
 * A line from a message of syslog; `null` if it has no priority.
 *
 * @param now time of its arrival, which counts if the message says none
 */
export const readSyslog = (bytes: Buffer, now: number): ReceivedLine | null => {
  const text = bytes.toString().replace(/\n$/, '');
  const modern = HEADER.exec(text);
  return modern === null ? readOld(text, now) : readModern(modern, text, now);
};

const readModern = (header: RegExpExecArray, text: string, now: number): ReceivedLine | null => {
  const [whole, priority, time = '', hostname, app, procid, msgid] = header;
  const data = readData(text, whole.length);
  if (data === null) return readOld(text, now);
  const found = Date.parse(time);
  return {
    time: Number.isNaN(found) ? now : found,
    severity: severityOfSyslog(Number(priority)),
    // The text may begin with a byte order mark, which says that it is UTF-8.
    body: text
      .slice(data.end)
      .replace(/^ /, '')
      .replace(/^\uFEFF/, ''),
    fields: { ...set({ hostname, app, procid, msgid }), ...data.fields },
  };
};

const readOld = (text: string, now: number): ReceivedLine | null => {
  const [whole, priority, , hostname, app, procid] = OLD.exec(text) ?? [];
  if (whole === undefined || Number(priority) > 191) return null;
  return {
    time: now,
    severity: severityOfSyslog(Number(priority)),
    body: text.slice(whole.length),
    fields: set({ hostname, app, procid }),
  };
};

/** Fields that have a value. */
const set = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === NIL ? [] : [[name, value] as const],
    ),
  );

const ELEMENT = /\[([^\s=\]"]{1,32})((?: [^\s=\]"]{1,32}="(?:[^"\\\]]|\\.)*")*)\]/y;
const PARAMETER = / ([^\s=\]"]{1,32})="((?:[^"\\\]]|\\.)*)"/g;

interface StructuredData {
  readonly fields: Readonly<Record<string, string>>;
  readonly end: number;
}

/** Parameters by their names, whatever element they stand in; `null`: it is none. */
const readData = (text: string, from: number): StructuredData | null => {
  if (text[from] === NIL) return { fields: {}, end: from + 1 };
  const found: [string, string][] = [];
  let end = from;
  for (ELEMENT.lastIndex = from; ; end = ELEMENT.lastIndex) {
    const element = ELEMENT.exec(text);
    if (element === null) break;
    for (const [, name = '', value = ''] of (element[2] ?? '').matchAll(PARAMETER))
      found.push([name, value.replaceAll(/\\(["\\\]])/g, '$1')]);
  }
  return end === from ? null : { fields: Object.fromEntries(found), end };
};
