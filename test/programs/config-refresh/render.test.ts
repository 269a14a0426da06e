import { expect, it } from 'vitest';
import { plainCopy } from '../../../src/programs/config-refresh/sources/parse.ts';
import { render } from '../../../src/programs/config-refresh/templates/render.ts';
import { RenderError } from '../../../src/programs/config-refresh/templates/render-error.ts';

const strict = (template: string, values: object): string =>
  render(template, plainCopy(values) as Record<string, unknown>, { isStrict: true });

it('fills in values as they are: nothing is escaped for HTML', () => {
  const flags = { url: 'http://a/?b=1&c="<d>"', count: 3, on: false, off: null };
  expect(strict('{{flags.url}} {{{flags.url}}} {{& flags.url}}', { flags })).toBe(
    `${flags.url} ${flags.url} ${flags.url}`,
  );
  expect(strict('{{flags.count}} {{flags.on}} [{{flags.off}}]', { flags })).toBe('3 false []');
});

it('renders objects and lists as JSON', () => {
  expect(strict('{{a.list}} {{a.object}}', { a: { list: [1, 'b'], object: { c: { d: 1 } } } })).toBe(
    '[1,"b"] {"c":{"d":1}}',
  );
});

it('repeats and leaves out sections, and a section of what is not there is left out', () => {
  const servers = [
    { host: 'a', port: 1 },
    { host: 'b', port: 2 },
  ];
  const template =
    '{{#s.servers}}\nserver {{host}}:{{port}} {{s.name}};\n{{/s.servers}}\n{{#s.none}}no{{/s.none}}{{^s.none}}yes{{/s.none}}';
  expect(strict(template, { s: { servers, name: 'x' } })).toBe('server a:1 x;\nserver b:2 x;\nyes');
});

it('names every key that is missing, also those that every object of JavaScript has', () => {
  expect(() => strict('{{a.b}} {{a.constructor}} {{a.b}} {{a.ok}}', { a: { ok: 1 } })).toThrow(
    new RenderError('there is no value for a.b, nor for a.constructor'),
  );
  expect(render('[{{a.b}}]', plainCopy({ a: {} }) as Record<string, unknown>, { isStrict: false })).toBe(
    '[]',
  );
});

it('says that a template is none', () => {
  expect(() => strict('{{#a}}', { a: 1 })).toThrow(/it is no template of Mustache: Unclosed section "a"/);
});

it('lets a template choose other delimiters', () => {
  expect(strict('{{=<% %>=}}<% a %> {{ b }}', { a: 1 })).toBe('1 {{ b }}');
});
