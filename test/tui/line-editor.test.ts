import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { charactersOf, edit } from '../../src/tui/state/line-editor.ts';
import { anyText } from '../support/any-text.ts';

const FAMILY = '👨‍👩‍👧';

const typed = (...keys: readonly string[]) =>
  keys.reduce((editor, key) => edit(editor, key), { text: '', cursor: 0 });

describe('a line that is typed', () => {
  test.each([
    [['a', 'b', 'left', 'c'], 'acb', 2],
    [['a', 'space', 'b', 'ctrl+w'], 'a ', 2],
    [['a', 'b', 'home', 'delete'], 'b', 0],
    [['a', 'b', 'left', 'ctrl+u'], 'b', 0],
    [[FAMILY, 'left', 'a'], `a${FAMILY}`, 1],
    [['a', FAMILY, 'backspace'], 'a', 1],
    [[FAMILY, 'home', 'delete'], '', 0],
    [['e', '\u0301', 'left', 'x'], 'xe\u0301', 1],
    [['a', 'up', 'down', 'pageup', 'pagedown', 'tab', 'ctrl+b', 'b'], 'ab', 2],
  ])('after %j is %j, with the cursor at %i', (keys, text, cursor) => {
    expect(typed(...keys)).toEqual({ text, cursor });
  });

  test('has its cursor between whole characters, whatever is typed', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'left',
        'right',
        'home',
        'end',
        'backspace',
        'delete',
        'ctrl+u',
        'ctrl+w',
        FAMILY,
        '\u0301',
        '\u200d',
      ),
      anyText(6),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), (keys) => {
        const { text, cursor } = typed(...keys);
        expect(cursor).toBeGreaterThanOrEqual(0);
        expect(cursor).toBeLessThanOrEqual(charactersOf(text).length);
      }),
    );
  });
});
