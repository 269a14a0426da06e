import { describe, expect, it, test } from 'vitest';
import type { FileSpec } from '../../../src/model/pod-spec.ts';
import { podOf, problemsOf, processOf, resolveProblemsOf } from '../support.ts';

const filesOf = (files: object, more: object = {}): readonly FileSpec[] =>
  processOf(podOf({ primary: { command: 'x', files, ...more } }), 'primary').files;

describe('the files of a process', () => {
  it('have defaults where a text or a function stands for a file', () => {
    const file = { mode: 0o644, secret: false, onChange: { kind: 'restart' } };
    expect(filesOf({ conf: 'text', 'b.sh': () => '${kept}' })).toEqual([
      { ...file, name: 'conf', path: '/files/primary/conf', content: 'text' },
      { ...file, name: 'b.sh', path: '/files/primary/b.sh', content: '${kept}' },
    ]);
  });

  it('have what their objects say', () => {
    const [script, key, left] = filesOf({
      script: { content: 'x', mode: '755', onChange: { signal: 'HUP' } },
      key: { content: 'y', secret: true },
      left: { content: 'z', onChange: 'none' },
    });
    expect(script).toMatchObject({ mode: 0o755, onChange: { kind: 'signal', signal: 'SIGHUP' } });
    expect(key).toMatchObject({ mode: 0o600, secret: true });
    expect(left?.onChange).toEqual({ kind: 'none' });
  });

  it('are filled with references and by functions, which know the paths of one another', () => {
    const [conf, include] = filesOf(
      {
        'app.conf': 'include ${files.more.conf}\nport ${ports.primary.http}',
        'more.conf': {
          content: ({ files }: { files: Record<string, string> }) => `from ${files['app.conf']}`,
        },
      },
      { ports: { http: 8080 } },
    );
    expect(conf?.content).toBe('include /files/primary/more.conf\nport 8080');
    expect(include?.content).toBe('from /files/primary/app.conf');
  });

  it('are JSON where they are objects, whatever is in the values of their references', () => {
    const [conf] = filesOf(
      { conf: { content: { home: '${env.HOME}', ports: ['${ports.primary.http}', '$${x}'], on: true } } },
      { ports: { http: 8080 } },
    );
    expect(conf?.content).toBe(
      JSON.stringify({ home: '/home/ann', ports: ['8080', '${x}'], on: true }, null, 2),
    );
    const [said] = filesOf({ said: { content: () => ({ text: '"a"\n${b}' }) } });
    expect(JSON.parse(said?.content ?? '')).toEqual({ text: '"a"\n${b}' });
  });

  it('have their paths in the command and in a variable each', () => {
    const { launch } = processOf(
      podOf({ primary: { command: 'run ${files.my-app.conf} ${HOME}', files: { 'my-app.conf': '' } } }),
      'primary',
    );
    expect(launch.command).toEqual({ kind: 'shell', line: 'run /files/primary/my-app.conf ${HOME}' });
    expect(launch.env.injected).toEqual({ FILE_MY_APP_CONF: '/files/primary/my-app.conf' });
  });

  it('are those of its own instance', () => {
    const pod = podOf({
      apps: { web: { primary: { command: 'x', instances: 2, files: { name: '${app.instance}' } } } },
    });
    const own = ['web-1', 'web-2'].map((name) => processOf(pod, name).files[0]);
    expect(own.map((file) => [file?.path, file?.content])).toEqual([
      ['/files/web-1/name', '1'],
      ['/files/web-2/name', '2'],
    ]);
  });

  it('stay with the primary whose command is another', () => {
    const pod = podOf(
      { primary: { command: 'x', files: { conf: 'c' } } },
      { primaryCommand: ['npm', 'test'] },
    );
    expect(processOf(pod, 'primary').files).toHaveLength(1);
  });
});

describe('wrong files are problems of the config', () => {
  it.each([
    [
      'a name with a slash',
      { 'a/b': '' },
      'primary.files["a/b"]: \'a/b\' is not a file name: file names are letters, digits, hyphens, underscores and dots, at most 253 of them, and do not begin with two dots.',
    ],
    [
      'the name of the parent folder',
      { '..': '' },
      'primary.files[".."]: \'..\' is not a file name: file names are letters, digits, hyphens, underscores and dots, at most 253 of them, and do not begin with two dots.',
    ],
    [
      'an empty name',
      { '': '' },
      'primary.files[""]: \'\' is not a file name: file names are letters, digits, hyphens, underscores and dots, at most 253 of them, and do not begin with two dots.',
    ],
    [
      'a content that may be secret',
      { key: 12345 },
      'primary.files.key: is ***; expected a text, an object with content and, if needed, mode, onChange, secret, or { from: … }.',
    ],
    [
      'no content',
      { key: {} },
      'primary.files.key: is ***; expected a text, an object with content and, if needed, mode, onChange, secret, or { from: … }.',
    ],
    [
      'a number as mode',
      { key: { content: '', mode: 420 } },
      "primary.files.key.mode: is 420; expected octal digits in quotes, such as '0644'.",
    ],
    [
      'a mode of a secret',
      { key: { content: '', secret: true, mode: '0400' } },
      'primary.files.key.mode: a secret file always has mode 0600: leave it out.',
    ],
    [
      'an unknown signal',
      { key: { content: '', onChange: { signal: 'SIGHUPP' } } },
      "primary.files.key.onChange.signal: there is no signal 'SIGHUPP'. Did you mean 'SIGHUP'?",
    ],
    [
      'another change',
      { key: { content: '', onChange: 'reload' } },
      "primary.files.key.onChange: is 'reload'; expected 'restart', 'none' or { signal: … }.",
    ],
    [
      'two names with one variable',
      { 'a.b': '', 'a-b': '' },
      'primary.files.a-b: its variable would be FILE_A_B, which primary.files["a.b"] has: rename one of them.',
    ],
    [
      'an unknown reference',
      { key: '${files.kye}' },
      "primary.files.key: unknown reference 'files.kye'. Did you mean 'files.key'? There are: files.key.",
    ],
    [
      'an open brace, without what follows it',
      { key: 'a ${files.key is\nthe secret' },
      "primary.files.key: '${files.key' has no closing brace. For a literal ${ write $${.",
    ],
    [
      'a variable of the shell',
      { run: 'cd ${HOME}' },
      'primary.files.run: ${HOME} is not a reference. For the environment variable write ${env.HOME}, for the text itself $${HOME}.',
    ],
    [
      'more than a ConfigMap holds',
      { a: 'ä'.repeat(300_000), b: 'b'.repeat(500_000) },
      'primary.files: the files of a process hold at most 1 MiB together; these hold 1,100,000 bytes.',
    ],
  ])('%s', (_, files, problem) => {
    expect(problemsOf({ primary: { command: 'x', files } })).toBe(problem);
  });

  it('a variable that tells of a process called file', () => {
    expect(
      problemsOf({
        sidecars: { file: { command: 'x', ports: { main: 1 } } },
        primary: { command: 'x', files: { 'service-host': '' } },
      }),
    ).toBe(
      'primary.files.service-host: its variable would be FILE_SERVICE_HOST, which sidecars.file has: rename one of them.',
    );
  });

  it('a reference to a file of another process, or of the whole pod', () => {
    expect(
      problemsOf({
        env: { CONF: '${files.conf}' },
        sidecars: { redis: { command: 'x', files: { conf: '' } } },
        primary: { command: 'x ${files.conf}' },
      }),
    ).toBe(
      [
        "primary.command: unknown reference 'files.conf'. None are defined here.",
        "env.CONF: unknown reference 'files.conf'. None are defined here.",
      ].join('\n'),
    );
  });

  it('an unknown file, or too much, that a function brings', () => {
    type Wiring = { files: Record<string, string> };
    expect(
      resolveProblemsOf({
        primary: {
          command: ({ files }: Wiring) => `x ${files['cnf']}`,
          files: { conf: () => 'x'.repeat(2 ** 20 + 1) },
        },
      }),
    ).toBe(
      [
        "primary.command: unknown reference 'files.cnf'. Did you mean 'files.conf'? There are: files.conf.",
        'primary.files: the files of a process hold at most 1 MiB together; these hold 1,048,577 bytes.',
      ].join('\n'),
    );
  });
});

test('a volume may not hide the files of a process', () => {
  // They lie in the config's folder, which a mount for one process must not cover.
  expect(
    problemsOf({ volumes: { v: {} }, primary: { command: 'x', mounts: { v: '/tmp' }, files: { a: '' } } }),
  ).toMatch(
    process.platform === 'linux' ? /would hide <folder> from the process/ : /needs a mount namespace/,
  );
});
