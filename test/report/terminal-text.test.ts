import { describe, expect, test } from 'vitest';
import { TerminalText } from '../../src/report/terminal-text.ts';

const ESC = '\u001b';
const clean = (...lines: string[]): string[] => {
  const text = new TerminalText();
  return lines.map((line) => text.line(line));
};

describe('what may stand on a terminal', () => {
  test('keeps text, tabs, colors and links', () => {
    expect(clean('a\tb 日本 é')).toEqual(['a\tb 日本 é']);
    const red = `${ESC}[1;38;2;255;0;0mred${ESC}[0m plain`;
    expect(clean(red)).toEqual([red]);
    const link = `${ESC}]8;id=1;https://a.example/b?c=d${ESC}\\here${ESC}]8;;${ESC}\\ there`;
    expect(clean(link)).toEqual([link]);
    expect(clean(`${ESC}]8;;file:///x\u0007here`)).toEqual([
      `${ESC}]8;;file:///x${ESC}\\here${ESC}]8;;${ESC}\\`,
    ]);
  });

  test.each([
    ['clears the screen and what has scrolled away', '\u001b[2J\u001b[3J\u001b[H'],
    ['resets the terminal', '\u001bc'],
    ['switches to the alternate screen', '\u001b[?1049h'],
    ['hides the cursor', '\u001b[?25l'],
    ['asks for reports of the mouse', '\u001b[?1000h\u001b[?1006h'],
    ['sets the title, ended by BEL or ST', '\u001b]0;my title\u0007\u001b]2;other\u001b\\'],
    ['writes to the clipboard', '\u001b]52;c;aGk=\u0007'],
    ['changes the character set', '\u001b(0\u000e\u000f\u001b*B'],
    ['moves the cursor', '\u001b[A\u001b[10;10H\u001b7\u001b8\u001bM\b\b\v\f'],
    ['sends device control strings', '\u001bP1$r0m\u001b\\\u001b_Gf=100;AAAA\u001b\\\u001b^x\u001b\\'],
    ['changes what keys send, though it ends like a color', '\u001b[>4;2m\u001b[?4m'],
    ['uses the second set of control characters', '\u009b2J\u009d0;title\u009c\u0090x\u009c\u0085\u008d'],
    ['rings the bell and hides letters', '\u0007\u007f\u0000'],
    ['turns the direction', '\u202e\u2066'],
    ['scrolls a region and draws repeatedly', '\u001b[1;5r\u001b[5S\u001b[3b\u001b[!p'],
  ])('and not what %s', (_, sequence) => {
    expect(clean(`a${sequence}b`)).toEqual(['ab']);
  });

  test('drops a sequence that nothing ends', () => {
    expect(clean('a\u001b', 'b\u001b[', 'c\u001b[31', 'd\u001b]0;title', 'e\u001bP')).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
  });

  test('carries colors on to the next line of the same process, and ends them with each line', () => {
    expect(clean(`${ESC}[31ma`, 'b', `c${ESC}[md`, 'e')).toEqual([
      `${ESC}[31ma${ESC}[0m`,
      `${ESC}[31mb${ESC}[0m`,
      `${ESC}[31mc${ESC}[0md`,
      'e',
    ]);
  });

  test('does not grow with colors that are never reset', () => {
    const lines = clean(...Array.from({ length: 1000 }, (_, at) => `${ESC}[3${at % 8}mx`));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300);
  });

  test('shows of a line that writes over itself the newest', () => {
    expect(clean('10%\r20%\r30%', 'crlf\r', `${ESC}[32m10%\r${ESC}[K20%`)).toEqual([
      '30%',
      'crlf',
      `${ESC}[32m20%${ESC}[0m`,
    ]);
  });

  test('puts a sequence together again that pieces of a line have cut', () => {
    const text = new TerminalText();
    expect([
      text.piece('a\u001b['),
      text.piece('2'),
      text.piece('Jb\u001b]0;ti'),
      text.line('tle\u0007c'),
    ]).toEqual(['a', '', 'b', 'c']);
  });

  test('forgets what was only a preview', () => {
    const text = new TerminalText();
    expect(text.preview(`${ESC}[31mred`)).toBe(`${ESC}[31mred${ESC}[0m`);
    expect(text.line('plain')).toBe('plain');
  });
});
