import { describe, expect, test } from 'vitest';
import { PartingNotices } from '../../src/cli/parting-notices.ts';
import type { Notice } from '../../src/model/notice.ts';
import { podSpec } from '../support/pod-spec.ts';

const refused = (message: string): Notice => ({ kind: 'reload-refused', message });
const told = (...notices: readonly Notice[]): PartingNotices => {
  const parting = new PartingNotices();
  for (const notice of notices) parting.take(notice);
  return parting;
};

describe('what a closed dashboard leaves on the screen', () => {
  test('are notices that still matter, and none of a moment that has passed', () => {
    const { texts } = told(
      { kind: 'left-behind', message: 'a folder could not be removed' },
      { kind: 'command-started', process: 'web', command: 'migrate', pid: 42 },
      { kind: 'waits-for-input', process: 'repl', label: null },
      { kind: 'watching', processes: ['web'] },
    );
    expect(texts).toEqual([expect.stringContaining('a folder could not be removed')]);
  });

  test('is the newest error of the config, until a reload shows that it is mended', () => {
    const parting = told(refused('an unknown field'), refused('no name'));
    expect(parting.texts).toEqual([expect.stringContaining('no name')]);
    parting.happened({ type: 'reload', spec: podSpec({ web: {} }), plan: [] });
    expect(parting.texts).toEqual([]);
  });
});
