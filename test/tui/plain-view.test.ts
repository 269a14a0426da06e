import { expect, test } from 'vitest';
import type { Sentence } from '../../src/control/pod-client.ts';
import { PlainView } from '../../src/tui/plain-view.ts';
import { FakePod } from '../support/fake-pod.ts';

/** A view whose lines are written when it is closed. */
const open = () => {
  const pod = new FakePod();
  const written: string[] = [];
  let tell: (sentence: Sentence) => void = () => undefined;
  const client = Object.assign(pod, {
    onSentence: (listener: (sentence: Sentence) => void) => {
      tell = listener;
      return () => undefined;
    },
  });
  const view = new PlainView({
    client,
    tty: { isDrained: true },
    writer: {
      addNames: () => undefined,
      output: (name, _stream, block) => void written.push(`${name}: ${block.toString().trimEnd()}`),
      unfinished: () => undefined,
      log: (text, _time, cause = null) => void written.push(cause === null ? text : `${text} (${cause})`),
    },
  });
  const sentence = (text: string, facts: Partial<Sentence> = {}): void =>
    tell({ text, at: Date.now(), ended: null, explained: null, ...facts });
  return {
    pod,
    sentence,
    shown: () => {
      view.close();
      return written;
    },
  };
};

test('what a process has written comes before the line that tells of its end', () => {
  const { pod, sentence, shown } = open();
  pod.write('web', 'the stack trace\n');
  sentence('web exited', { at: Date.now() + 60_000 });
  pod.write('db', 'still here\n');
  expect(shown()).toEqual(['web: the stack trace', 'db: still here', 'web exited']);
});

test('an event that came before a line is told before it', () => {
  const { pod, sentence, shown } = open();
  pod.write('web', 'from the next run\n');
  sentence('web exited', { at: Date.now() - 1_000 });
  expect(shown()).toEqual(['web exited', 'web: from the next run']);
});

test('the line that tells of an end has its likely cause, which no other line repeats', () => {
  const { pod, sentence, shown } = open();
  sentence('web exited', { ended: 'shop' });
  sentence('web: likely cause: no DATABASE_URL', { explained: 'shop' });
  pod.changeProcess('shop', { cause: 'no DATABASE_URL' });
  expect(shown()).toEqual(['web exited (no DATABASE_URL)']);
});

test('a likely cause that no line of an end has told is told by itself', () => {
  const { pod, sentence, shown } = open();
  pod.changeProcess('shop', { cause: 'it listens elsewhere' });
  sentence('web: likely cause: it listens elsewhere', { explained: 'shop' });
  expect(shown()).toEqual(['web: likely cause: it listens elsewhere']);
});
