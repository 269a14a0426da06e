import { expect, test } from 'vitest';
import { looksLikeQuestion } from '../../src/supervisor/question.ts';

test.each([
  'Name? ',
  'Password: ',
  'Password for ada@example.com:',
  'Go on? (y/N) ',
  'Overwrite it? [Y/n]',
  '> ',
  '>>> ',
  'In [3]: ',
  '(Pdb) ',
  'debug> ',
  'irb(main):001:0> ',
  'mysql> ',
  'shop=# ',
  'ada@box:~$ ',
  '? Your name ',
  '\u001b[32m?\u001b[0m \u001b[1mPick one\u001b[0m ',
  'Press any key to continue . . . ',
  'Press Enter to go on...',
  'Name (default: shop) ',
  'loading\rName: ',
  '\u001b[1G\u001b[0J> \u001b[3G'.repeat(6),
  '\u001b[2K\u001b[G42 %\u001b[2K\u001b[GName: ',
  'Your name ',
  'Choose 1-3',
])('%j may be a question', (line) => {
  expect(looksLikeQuestion(Buffer.from(line))).toBe(true);
});

test.each([
  'Building… ',
  'Compiling...',
  'Compiling (3/10)',
  '42%',
  'Downloading 12 of 40 MB',
  '[12:00:01] [####      ]',
  '[=====>    ]',
  '=====>',
  '⠙ bundling',
  '. . . .',
  '.....',
  'waiting /',
  'took 3.2s',
  'bundling ⠙',
  'Name: \r12%',
  'Name: \u001b[2K\u001b[1G12%',
  '',
])('%j is progress', (line) => {
  expect(looksLikeQuestion(Buffer.from(line))).toBe(false);
});
