import { array, constantFrom, assert as holds, oneof, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillReferences } from '../../src/config/resolve/references.ts';
import { parseTemplate, Template } from '../../src/exchange/form/template.ts';
import { plainSource, wiredSource } from '../../src/exchange/writing/source-text.ts';

const evaluate = (source: string): unknown => new Function(`return (${source})`)();

/** Text with a good chance of everything that is special somewhere. */
const nasty = () =>
  array(
    oneof(
      string(),
      constantFrom('$', '{', '}', '${', '$${', '${ports.a.b}', '${env.X}', "'", '"', '`', '\\', '\n'),
    ),
    {
      maxLength: 12,
    },
  ).map((pieces) => pieces.join(''));

const values = {
  ports: new Map([['a', new Map([['b', 1]])]]),
  volumes: new Map(),
  files: new Map(),
  env: { X: 'x' },
  app: null,
};

describe('what is written of a text', () => {
  it('reads as that text, whatever is in it', () => {
    holds(property(nasty(), (text) => void expect(evaluate(plainSource(text, 0))).toBe(text)));
  });

  it.each(['plain', 'shell'] as const)(
    'means that text in a %s string, with nothing taken for a reference',
    (dialect) => {
      holds(
        property(nasty(), (text) => {
          const written = evaluate(wiredSource(text, 0, dialect)) as string;
          expect(fillReferences(written, dialect, values, [])).toEqual({ text, problems: [] });
        }),
      );
    },
  );

  it('is the same in a function of the wiring', () => {
    const variable = parseTemplate('${X:-}').parts[0] as never;
    holds(
      property(nasty(), nasty(), (before, after) => {
        const source = wiredSource(new Template([before, variable, after]), 0);
        const call = evaluate(source) as (wiring: object) => string;
        expect(call({ env: { X: 'x' } })).toBe(`${before}x${after}`);
      }),
    );
  });

  it('holds for data of any depth', () => {
    const data = record({ list: array(nasty()), record: record({ 'odd-key': nasty() }) });
    holds(property(data, (value) => void expect(evaluate(plainSource(value, 0))).toEqual(value)));
  });
});

describe('a text with variables in it', () => {
  const read = (text: string, env: Record<string, string>): unknown => {
    const written = evaluate(wiredSource(parseTemplate(text), 0));
    return typeof written === 'function' ? written({ env, ports: {} }) : written;
  };

  it.each<readonly [text: string, unset: string, empty: string, set: string]>([
    ['$V', '', '', 'v'],
    ['${V}', '', '', 'v'],
    ['${V:-d}', 'd', 'd', 'v'],
    ['${V-d}', 'd', '', 'v'],
    ['${V:+d}', '', '', 'd'],
    ['${V+d}', '', 'd', 'd'],
    ['a${V:-${W:-x y}}z', 'ax yz', 'ax yz', 'avz'],
    ['$$V $5 100%$', '$V $5 100%$', '$V $5 100%$', '$V $5 100%$'],
  ])('%s is as Compose has it', (text, unset, empty, set) => {
    expect([read(text, {}), read(text, { V: '' }), read(text, { V: 'v' })]).toEqual([unset, empty, set]);
  });

  it.each(['${V:?must be set}', '${V?}'])(
    'that has to be set is a reference, which is an error: %s',
    (text) => {
      expect(wiredSource(parseTemplate(`a ${text}`), 0)).toBe("'a ${env.V}'");
    },
  );

  it.each(['${V,,}', '${V', '${}', '${V/a/b}'])(
    'in a form that is not known is not guessed at: %s',
    (text) => {
      expect(() => parseTemplate(text)).toThrow('has a variable in a form');
    },
  );
});
