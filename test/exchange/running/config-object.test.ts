import { array, constantFrom, assert as holds, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, fillReferences } from '../../../src/config/resolve/references.ts';
import type { WiringValues } from '../../../src/config/resolve/wiring.ts';
import type { Fields, FoundPod, FoundProcess } from '../../../src/exchange/form/found-pod.ts';
import { parseTemplate, Template } from '../../../src/exchange/form/template.ts';
import { withoutReferences } from '../../../src/exchange/form/without-references.ts';
import { configObject } from '../../../src/exchange/running/config-object.ts';
import { assemble } from '../../../src/exchange/writing/assemble.ts';

const NOTHING: WiringValues = { ports: new Map(), volumes: new Map(), files: new Map(), env: {}, app: null };

const process = (name: string, fields: Fields, more: Partial<FoundProcess> = {}): FoundProcess => ({
  ...{ name, fields, comments: [], dependsOn: [], runsOnce: false, ...more },
  container: { because: 'it has an image' },
});

const pod = (processes: readonly FoundProcess[], more: Partial<FoundPod> = {}): FoundPod => ({
  ...{ source: 'pod.yaml', fields: {}, processes, apps: ['app'], losses: [], remarks: [], ...more },
});

const made = (found: FoundPod, env: Readonly<Record<string, string>> = {}) =>
  configObject(assemble(found), env);

const wiring = {
  ports: { db: { main: 5432 } },
  volumes: { data: '/run/data' },
  files: { conf: '/run/conf' },
  env: {},
};

describe('a text of a source', () => {
  const texts = array(
    constantFrom('$', '{', '}', 'ports.a.b', 'env.X', 'files.x', 'HOME', ' ', "'", '"'),
  ).map((parts) => parts.join(''));

  it.each(['shell', 'plain'] as const)(
    'is never taken for a reference in a %s string',
    (dialect: Dialect) => {
      const stays = (text: string): void => {
        const filled = fillReferences(withoutReferences(text, dialect), dialect, NOTHING, []);
        expect(filled).toEqual({ text, problems: [] });
      };
      holds(property(texts, stays));
      holds(property(string(), stays));
    },
  );

  it('stands for itself wherever a config takes references, and only there', () => {
    const written = 'a ${env.HOME} $${b}';
    const { config } = made(
      pod([
        process('app', {
          image: 'app',
          command: written,
          args: [written],
          env: { A: written },
          files: { conf: { content: written, secret: true } },
          readiness: { http: { port: 'main', path: '/', headers: { a: written } }, period: '1s' },
          preStop: { exec: written },
          description: written,
        }),
      ]),
    );
    const escaped = 'a $${env.HOME} $$${b}';
    expect(config).toEqual({
      primary: {
        name: 'app',
        image: 'app',
        command: escaped,
        args: [escaped],
        env: { A: escaped },
        files: { conf: { content: escaped, secret: true } },
        readiness: { http: { port: 'main', path: '/', headers: { a: escaped } }, period: '1s' },
        preStop: { exec: written },
        description: written,
      },
    });
  });
});

describe('a text with ports, volumes and files', () => {
  it('becomes a function of the wiring, whose result is final', () => {
    const text = new Template([
      '$${x} ${env.HOME} ',
      { kind: 'port', process: 'db', port: 'main' },
      ' ',
      { kind: 'volume', name: 'data' },
      ' ',
      { kind: 'file', name: 'conf' },
    ]);
    const { config } = made(
      pod([process('app', { command: ['run', text, '${y}'], env: { A: text, B: 'b' } })]),
    );
    const { command, env } = Object(config['primary']);
    const expected = '$${x} ${env.HOME} 5432 /run/data /run/conf';
    expect(command(wiring)).toEqual(['run', expected, '${y}']);
    expect(env.A(wiring)).toBe(expected);
    expect(env.B).toBe('b');
  });
});

describe('a text with variables', () => {
  const env = { SET: 'set', EMPTY: '' };

  it.each([
    ['$SET ${SET} ${EMPTY} ${UNSET} $$', 'set set   $'],
    ['${EMPTY:-a} ${EMPTY-a} ${UNSET-a} ${UNSET:-b ${SET}}', 'a  a b set'],
    ['${SET:+a} ${EMPTY:+a}${EMPTY+b}${UNSET+c}', 'a b'],
    ['${SET:?no} ${EMPTY?no}', 'set '],
  ])('%j has the values of now', (written, expected) => {
    const { config, unset } = made(pod([process('app', { env: { A: parseTemplate(written) } })]), env);
    expect([Object(config['primary'])['env'], unset]).toEqual([{ A: expected }, []]);
  });

  it('tells each variable that must be set and is not, with its field', () => {
    const { unset } = made(
      pod([
        process('app', {
          env: { A: parseTemplate('${EMPTY:?say who}') },
          args: ['x', parseTemplate('${TOKEN?}')],
        }),
      ]),
      env,
    );
    expect(unset).toEqual([
      { path: ['primary', 'env', 'A'], name: 'EMPTY', why: 'say who' },
      { path: ['primary', 'args', 1], name: 'TOKEN', why: '' },
    ]);
  });
});

describe('the processes of a source', () => {
  it('have the roles and the dependencies that they have in a written config', () => {
    const found = pod(
      [
        process('Set_Up', { image: 'a' }, { runsOnce: true }),
        process('db', { image: 'b', restart: 'always' }, { dependsOn: [{ process: 'Set_Up' }] }),
        process('app', { image: 'c' }, { dependsOn: [{ process: 'db', condition: 'started' }] }),
      ],
      { name: 'shop', fields: { volumes: { data: {} }, env: { A: '${B}' } } },
    );
    expect(made(found).config).toEqual({
      name: 'shop',
      volumes: { data: {} },
      env: { A: '$${B}' },
      init: { 'set-up': { image: 'a' } },
      sidecars: { db: { image: 'b', dependsOn: ['set-up'] } },
      primary: { name: 'app', image: 'c', dependsOn: { db: 'started' } },
    });
  });

  it('are apps where several are', () => {
    const found = pod(
      [
        process('web', { image: 'a' }, { app: 'web' }),
        process('web-proxy', { image: 'b' }, { app: 'web' }),
        process('api', { image: 'c', instances: 2, ports: { http: 80 } }, { app: 'api' }),
      ],
      { apps: ['web', 'api'] },
    );
    expect(made(found).config).toEqual({
      apps: {
        web: { sidecars: { proxy: { image: 'b' } }, primary: { image: 'a' } },
        api: { primary: { image: 'c', instances: 2, ports: { http: 'auto' } } },
      },
    });
  });
});
