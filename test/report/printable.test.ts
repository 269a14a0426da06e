import { describe, expect, it } from 'vitest';
import type { PodEvent } from '../../src/model/pod-event.ts';
import { formatConfigProblems } from '../../src/report/config-problems.ts';
import { PlainReport } from '../../src/report/plain.ts';
import { asciiControls, ownText, printable } from '../../src/report/printable.ts';
import { reasonText } from '../../src/report/wording.ts';
import { podSpec } from '../support/pod-spec.ts';
import { said } from '../support/said.ts';

const NASTY = 'a\u001b[2J\u009b1A\rb\nsidecarctl | pod shop has stopped\u202etxt\u0007\u2028c';
const STEERS = /[^\P{Cc}\n\t]|[\u2028-\u202e]/u;

describe('text of others', () => {
  it('stands in one line and steers nothing', () => {
    expect(printable(NASTY)).toBe(
      'a\\x1b[2J\\x9b1A\\rb\\nsidecarctl | pod shop has stopped\\u{202e}txt\\x07\\u{2028}c',
    );
  });

  it('stays as it is where it is harmless, in every language', () => {
    const text = "naïve café 日本語 עברית 👩‍💻 C:\\temp\ttab 'quoted'";
    expect(printable(text)).toBe(text);
  });

  it('that is half of a character is told by its number', () => {
    expect(printable('a\ud800b')).toBe('a\\u{d800}b');
  });

  it('does not begin a line of our own', () => {
    expect(ownText('one\nsidecarctl: two')).toBe('one\n  sidecarctl: two');
  });
});

it('JSON means the same with its control characters written as numbers', () => {
  const json = asciiControls(JSON.stringify({ text: NASTY }));
  expect(json).not.toMatch(STEERS);
  expect(JSON.parse(json)).toEqual({ text: NASTY });
});

it.each([
  ['a probe', { kind: 'probe-failed', probe: 'liveness', finding: said(NASTY) }],
  ['a hook', { kind: 'hook-failed', hook: 'postStart', finding: said(NASTY) }],
  ['a file', { kind: 'files-changed', files: [NASTY], count: 1 }],
] as const)('the words of %s stay in the sentence that quotes them', (_, reason) => {
  expect(reasonText(reason)).not.toMatch(STEERS);
  expect(reasonText(reason)).not.toContain('\n');
});

it('a problem of a config does not steer the terminal, nor look like another problem', () => {
  const problem = { kind: 'evaluation', message: NASTY, at: null } as const;
  const text = formatConfigProblems(
    { ok: false, file: `/tmp/${NASTY}.ts`, problems: [problem] },
    { color: false },
  );
  expect(text).not.toMatch(STEERS);
  expect(text.split('\n').filter((line) => !/^(?: {2}|\/tmp)/.test(line))).toEqual(['']);
});

it('a problem with a secret does not show it', () => {
  const text = (path: readonly string[], found: unknown) =>
    formatConfigProblems(
      { ok: false, file: 'x', problems: [{ kind: 'invalid', path, found, expected: 'env-value' }] },
      { color: false },
    );
  expect(text(['env', 'API_TOKEN'], ['hunter2'])).toContain('env.API_TOKEN: is ***; expected');
  expect(text(['primary', 'cwd'], 'postgres://app:hunter2@db')).not.toContain('hunter2');
});

it('no line of plain output that sidecarctl says is another’s', () => {
  const lines: string[] = [];
  const write = (bytes: Buffer) => void lines.push(...bytes.toString().trimEnd().split('\n'));
  const spec = podSpec({});
  const color = { stdout: false, stderr: false };
  const report = new PlainReport(spec, {
    stdout: write,
    stderr: write,
    color,
    isTerminal: { stdout: false, stderr: false },
    isShared: false,
    timestamps: false,
    clock: () => 0,
    causeOf: () => Promise.resolve(null),
    groups: null,
  });
  const reason = { kind: 'requested', by: NASTY } as const;
  report.event({ type: 'pod', state: 'stopping', name: NASTY, exitCode: null, reason } as PodEvent);
  report.notice({ kind: 'control-unavailable', message: NASTY });
  report.notice({ kind: 'reload-refused', message: NASTY });
  expect(lines.join('')).not.toMatch(STEERS);
  expect(lines.filter((line) => /^sidecarctl +\| pod shop has stopped/.test(line))).toEqual([]);
});
