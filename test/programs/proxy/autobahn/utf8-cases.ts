import { type Case, numbered } from './case.ts';
import { each, fragments, text } from './frames.ts';

const NO_TEXT = 1_007;
const hex = (bytes: string): Buffer => Buffer.from(bytes.replaceAll(' ', ''), 'hex');
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const GREEK = hex('ceba e1bdb9 cf83 cebc ceb5');
const MIXED = Buffer.from('Hello-µ@ßöäüàá-UTF-8!!');
const SURROGATE = Buffer.concat([GREEK, hex('eda080 656469746564')]);
const TOO_HIGH = Buffer.concat([GREEK, hex('f4908080'), Buffer.from('edited')]);
const [UNTIL, AT] = [GREEK.length + 1, GREEK.length + 2];

const inThree = (first: number, second: number): readonly Buffer[] => [
  TOO_HIGH.subarray(0, first),
  TOO_HIGH.subarray(first, second),
  TOO_HIGH.subarray(second),
];

/** One frame, written in three parts. */
const writtenInThree = (first: number, second: number): readonly Buffer[] => {
  const whole = text(TOO_HIGH);
  const head = whole.length - TOO_HIGH.length;
  return [
    whole.subarray(0, head + first),
    whole.subarray(head + first, head + second),
    whole.subarray(head + second),
  ];
};

const HANDLING: readonly Case[] = [
  ...numbered('6.1', [
    ['nothing', [text('')]],
    ['three times nothing', fragments('', '', '')],
    ['nothing, something, nothing', fragments('', 'middle frame payload', '')],
  ]),
  ...numbered('6.2', [
    ['text', [text(MIXED)]],
    ['text in two', fragments(MIXED.subarray(0, 12), MIXED.subarray(12))],
    ['text in fragments of 1', fragments(...each(MIXED))],
    ['Greek in fragments of 1', fragments(...each(GREEK))],
  ]),
  ...numbered('6.3', [
    ['half a surrogate', [text(SURROGATE)], NO_TEXT],
    ['half a surrogate in fragments of 1', fragments(...each(SURROGATE)), NO_TEXT],
  ]),
  ...numbered('6.4', [
    [
      'a code point that is too high, in a fragment of its own',
      fragments(...inThree(GREEK.length, GREEK.length + 4)),
      NO_TEXT,
    ],
    ['the byte that makes it too high in a fragment of its own', fragments(...inThree(UNTIL, AT)), NO_TEXT],
    ['the same in one frame, written in three', writtenInThree(GREEK.length, GREEK.length + 4), NO_TEXT],
    ['the byte that makes it too high written alone', writtenInThree(UNTIL, AT), NO_TEXT],
  ]),
];

const MISSING_LAST = [
  'c0',
  'e080',
  'f08080',
  'f8808080',
  'fc80808080',
  'df',
  'efbf',
  'f7bfbf',
  'fbbfbfbf',
  'fdbfbfbfbf',
];
const LONELY = [
  [0xc0, 0xdf],
  [0xe0, 0xef],
  [0xf0, 0xf7],
  [0xf8, 0xfb],
  [0xfc, 0xfd],
] as const;
const NON_CHARACTERS = [0xf0, 0xf1, 0xf2, 0xf3, 0xf4].flatMap((one) =>
  [0x8f, 0x9f, 0xaf, 0xbf]
    .filter((two) => (one !== 0xf4 || two === 0x8f) && (one !== 0xf0 || two !== 0x8f))
    .flatMap((two) => [0xbe, 0xbf].map((three) => Buffer.from([one, two, 0xbf, three]).toString('hex'))),
);

/** Whose first column says whether all of a row are UTF-8. The bytes are Markus Kuhn's (UTF-8-test.txt). */
const SEQUENCES: readonly (readonly (readonly [isText: boolean, ...sequences: readonly string[]])[])[] = [
  [
    [
      true,
      ...['24', 'c2a2', 'e282ac', 'f0a4ada2'].map((one) => `68656c6c6f${one}776f726c64`),
      GREEK.toString('hex'),
    ],
  ],
  range(1, GREEK.length + 1).map((length) => {
    const prefix = GREEK.subarray(0, length);
    return [Buffer.from(prefix.toString()).equals(prefix), prefix.toString('hex')] as const;
  }),
  [[true, '00', 'c280', 'e0a080', 'f0908080']],
  [[false, 'f888808080', 'fc8480808080']],
  [[true, '7f', 'dfbf', 'efbfbf', 'f48fbfbf']],
  [[false, 'f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf']],
  [
    [true, 'ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf'],
    [false, 'f4908080'],
  ],
  [
    [
      false,
      '80',
      'bf',
      '80bf',
      '80bf80',
      '80bf80bf',
      '80bf80bf80',
      '80bf80bf80bf',
      Buffer.from(range(0x80, 0xbf)).toString('hex'),
    ],
  ],
  [
    [
      false,
      ...LONELY.map(([from, to]) =>
        Buffer.from(range(from, to).flatMap((byte) => [byte, 0x20])).toString('hex'),
      ),
    ],
  ],
  [[false, ...MISSING_LAST]],
  [[false, MISSING_LAST.join('')]],
  [[false, 'fe', 'ff', 'fefeffff']],
  [[false, 'c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af']],
  [[false, 'c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf']],
  [[false, 'c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080']],
  [[false, 'eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf']],
  [
    [
      false,
      ...['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) =>
        ['edb080', 'edbfbf'].map((low) => high + low),
      ),
    ],
  ],
  [[true, 'efbfbe', 'efbfbf', ...NON_CHARACTERS]],
  [[true, 'efbfb9', 'efbfba', 'efbfbb', 'efbfbc', 'efbfbd', 'efbfbe', 'efbfbf']],
];

/** Section 6: from 6.5 on one message for each sequence of bytes. */
export const UTF8_CASES: readonly Case[] = [
  ...HANDLING,
  ...SEQUENCES.flatMap((rows, index) =>
    numbered(
      `6.${index + 5}`,
      rows.flatMap(([isText, ...sequences]) =>
        sequences.map((bytes) => [bytes, [text(hex(bytes))], isText ? 1_000 : NO_TEXT] as const),
      ),
    ),
  ),
];
