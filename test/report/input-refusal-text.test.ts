import { describe, expect, test } from 'vitest';
import { inputRefusalText } from '../../src/report/input-refusal-text.ts';
import { noticeText } from '../../src/report/wording.ts';

describe('a command that helps with the input of a process', () => {
  test('names the pod if others of its config may run', () => {
    expect(inputRefusalText('send', 'web', 'not-running', 'blue')).toBe(
      "cannot send to web: it is not running; start it with 'sidecarctl start web --name blue'",
    );
    expect(inputRefusalText('attach', 'web', 'stdin-ended', null)).toBe(
      "cannot attach to web: its stdin has ended; 'sidecarctl restart web' starts it with a new one",
    );
  });

  test('is in the notice that it waits for input', () => {
    expect(noticeText({ kind: 'waits-for-input', process: 'repl', label: 'blue' })).toBe(
      "repl waits for input: answer with 'sidecarctl attach repl --name blue' or 'sidecarctl send repl … --name blue'",
    );
  });
});
