import { describe, expect, it } from 'vitest';
import { podOf, problemsOf, processOf, resolveProblemsOf } from '../config/support.ts';

const FILE = { contents: 'color {{flags.color}}', volume: 'conf', path: 'app.conf' };

const shop = (options: object, more: object = {}) => ({
  volumes: { conf: {}, other: {} },
  init: { migrate: { command: 'migrate' } },
  sidecars: {
    conf: {
      use: 'config-refresh',
      with: { sources: { flags: { file: 'flags.json' } }, files: [FILE], ...options },
    },
  },
  primary: { name: 'web', command: 'web' },
  ...more,
});

const optionsOf = (options: object, more: object = {}) => {
  const conf = processOf(podOf(shop(options, more)), 'conf');
  return JSON.parse(conf.files[0]?.content ?? '');
};

const problem = (options: object, more: object = {}, files = {}) => problemsOf(shop(options, more), files);

describe('config-refresh', () => {
  it('stands for a process with a program, and the primary waits for it', () => {
    const pod = podOf(shop({}));
    expect(processOf(pod, 'conf')).toMatchObject({
      origin: { use: 'config-refresh', engine: 'embedded' },
      ports: [{ name: 'admin' }],
      readiness: { target: { kind: 'http', url: expect.stringMatching(/\/ready$/) } },
      restart: { policy: 'always' },
      essential: false,
    });
    expect(processOf(pod, 'web').dependsOn).toContainEqual(
      expect.objectContaining({ process: 'conf', condition: 'ready' }),
    );
    expect(processOf(pod, 'web').launch.env.provided).toEqual({
      CONF_DIR: { value: '/volumes/conf', by: 'conf' },
      CONF_FILE: { value: '/volumes/conf/app.conf', by: 'conf' },
    });
  });

  it('fills in the defaults', () => {
    const options = optionsOf({});
    expect(options).toMatchObject({
      sources: { flags: { kind: 'file', parse: null, interval: 1_000, timeout: 10_000 } },
      files: [
        {
          template: { text: 'color {{flags.color}}' },
          volume: '/volumes/conf',
          path: 'app.conf',
          perms: 0o644,
          check: null,
        },
      ],
      wait: { min: 200, max: 2_000 },
      action: null,
      splay: 0,
      onError: 'keep',
      errorOnMissingKey: true,
      retry: { backoff: 250, maxBackoff: 60_000, attempts: null },
    });
    expect(options.sources.flags.path).toMatch(/^\/.*\/flags\.json$/);
  });

  it('takes every source with its own defaults', () => {
    const sources = {
      dir: { dir: 'd', interval: '2s' },
      url: { url: 'http://a/b', headers: { x: '${env.HOME}' }, parse: 'yaml', timeout: '1s' },
      etcd: { etcd: { key: 'k' } },
      etcd2: { etcd: { url: 'https://e', key: 'k', prefix: true, username: 'u', password: 'p' } },
      consul: { consul: { key: 'k' } },
      consul2: {
        consul: { url: 'http://c', key: 'k', prefix: true, token: 't', datacenter: 'd', wait: '5s' },
      },
      vault: { vault: { path: 'p' } },
      vault2: {
        vault: { url: 'http://v', mount: 'kv', path: 'p', token: 't', namespace: 'n' },
        interval: '5m',
      },
      exec: { exec: 'a | b' },
      exec2: { exec: ['a', 'b'] },
      git: { git: { url: '/r', path: 'p' } },
      git2: { git: { url: '/r', ref: 'v1', path: 'p' } },
    };
    const files = [{ contents: '', volume: 'conf', path: 'a' }];
    expect(optionsOf({ sources, files }).sources).toMatchObject({
      dir: { kind: 'dir', interval: 2_000 },
      url: {
        kind: 'url',
        url: 'http://a/b',
        headers: { x: '/home/ann' },
        parse: 'yaml',
        interval: 30_000,
        timeout: 1_000,
      },
      etcd: {
        kind: 'etcd',
        url: 'http://127.0.0.1:2379',
        key: 'k',
        prefix: false,
        username: null,
        password: null,
      },
      etcd2: { url: 'https://e', prefix: true, username: 'u', password: 'p' },
      consul: {
        kind: 'consul',
        url: 'http://127.0.0.1:8500',
        prefix: false,
        token: null,
        datacenter: null,
        wait: 60_000,
      },
      consul2: { url: 'http://c', prefix: true, token: 't', datacenter: 'd', wait: 5_000 },
      vault: {
        kind: 'vault',
        url: null,
        mount: 'secret',
        path: 'p',
        token: null,
        namespace: null,
        interval: 30_000,
      },
      vault2: { url: 'http://v', mount: 'kv', token: 't', namespace: 'n', interval: 300_000 },
      exec: { kind: 'exec', command: { shell: 'a | b' }, interval: 30_000, timeout: 30_000 },
      exec2: { command: { words: ['a', 'b'] } },
      git: { kind: 'git', url: '/r', ref: 'HEAD', path: 'p' },
      git2: { ref: 'v1' },
    });
  });

  it.each<[string, object, string]>([
    ['file', { file: 'f' }, 'parse interval timeout'],
    ['dir', { dir: 'd' }, 'parse interval timeout'],
    ['url', { url: 'http://a' }, 'parse interval timeout'],
    ['etcd', { etcd: { key: 'k' } }, 'parse timeout'],
    ['consul', { consul: { key: 'k' } }, 'parse timeout'],
    ['vault', { vault: { path: 'p' } }, 'interval timeout'],
    ['exec', { exec: 'a' }, 'parse interval timeout'],
    ['git', { git: { url: '/r', path: 'p' } }, 'parse interval timeout'],
  ])('takes the format and times of a source of the kind %s', (_kind, source, fields) => {
    const [written, filled] = [
      { parse: 'yaml', interval: '3s', timeout: '4s' },
      { parse: 'yaml', interval: 3_000, timeout: 4_000 },
    ].map((all) => Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field))));
    const files = [{ contents: '', volume: 'conf', path: 'a' }];
    expect(optionsOf({ sources: { a: { ...source, ...written } }, files }).sources.a).toMatchObject(
      filled ?? {},
    );
  });

  it('takes all other options', () => {
    const files = [
      { ...FILE, perms: '0600', check: 'nginx -t -c $1' },
      { ...FILE, volume: 'other', path: 'sub/b', perms: 0o400, check: ['x', '-t'] },
    ];
    const options = {
      files,
      wait: { min: '1s', max: '5s' },
      splay: '3s',
      onError: 'fail',
      errorOnMissingKey: false,
      retry: { backoff: '1s', maxBackoff: '2s', attempts: 3 },
    };
    expect(optionsOf({ ...options, onChange: { exec: ['a'] } })).toMatchObject({
      files: [
        { perms: 0o600, check: { shell: 'nginx -t -c $1' } },
        { volume: '/volumes/other', perms: 0o400, check: { words: ['x', '-t'] } },
      ],
      wait: { min: 1_000, max: 5_000 },
      action: { kind: 'exec', command: { words: ['a'] } },
      splay: 3_000,
      onError: 'fail',
      errorOnMissingKey: false,
      retry: { backoff: 1_000, maxBackoff: 2_000, attempts: 3 },
    });
    expect(optionsOf({ onChange: { http: 'http://a/b' } }).action).toEqual({
      kind: 'http',
      url: 'http://a/b',
    });
    expect(optionsOf({ wait: { min: '3s' } }).wait).toEqual({ min: 3_000, max: 3_000 });
    expect(optionsOf({ retry: { attempts: Infinity } }).retry.attempts).toBeNull();
    expect(optionsOf({ onError: 'fail' }).retry.attempts).toBe(1);
    const pod = podOf(shop(options));
    expect(processOf(pod, 'conf')).toMatchObject({ essential: true, restart: { policy: 'never' } });
    // The files are in two folders.
    expect(processOf(pod, 'web').launch.env.provided).toEqual({});
  });

  it('restarts a process, or sends it a signal, and each instance of an app', () => {
    const told = (onChange: object) => processOf(podOf(shop({ onChange })), 'web').refreshes;
    expect(told({ restart: 'web' })).toEqual([{ by: 'conf', file: null, onChange: { kind: 'restart' } }]);
    expect(told({ signal: 'HUP', to: 'web' })).toEqual([
      { by: 'conf', file: null, onChange: { kind: 'signal', signal: 'SIGHUP' } },
    ]);
    const { sidecars, volumes } = shop({ onChange: { restart: 'web' } });
    const pod = podOf({ volumes, sidecars, apps: { web: { primary: { command: 'x', instances: 2 } } } });
    expect(['web-1', 'web-2', 'conf'].map((name) => processOf(pod, name).refreshes.length)).toEqual([
      1, 1, 0,
    ]);
  });
});

describe('a file of a process', () => {
  const reader = (files: object) => ({
    primary: { name: 'web', command: 'web ${files.x}', files, dependsOn: [] },
  });

  it('can be one that a config-refresh renders: it has its path, waits for it, and follows it', () => {
    const web = processOf(
      podOf(shop({}, reader({ x: { from: 'conf.app.conf', onChange: { signal: 'HUP' } }, y: 'z' }))),
      'web',
    );
    expect(web.renderedFiles).toEqual([{ name: 'x', path: '/volumes/conf/app.conf' }]);
    expect(web.files.map(({ name }) => name)).toEqual(['y']);
    expect(web.launch.command).toMatchObject({ line: 'web /volumes/conf/app.conf' });
    expect(web.launch.env.injected).toMatchObject({
      FILE_X: '/volumes/conf/app.conf',
      FILE_Y: '/files/web/y',
    });
    expect(web.dependsOn).toMatchObject([{ process: 'conf', condition: 'ready' }]);
    expect(web.refreshes).toEqual([
      { by: 'conf', file: 'app.conf', onChange: { kind: 'signal', signal: 'SIGHUP' } },
    ]);
  });

  it('of an instance of an app is the one that this instance’s own sidecar renders', () => {
    const { sidecars, volumes } = shop({});
    const primary = { command: 'web', files: { x: { from: 'conf.app.conf' } }, instances: 2 };
    const pod = podOf({ apps: { web: { sidecars, volumes, primary } } });
    expect(processOf(pod, 'web-2').renderedFiles).toEqual([
      { name: 'x', path: '/volumes/web-2-conf/app.conf' },
    ]);
    expect(processOf(pod, 'web-2').refreshes).toMatchObject([
      { by: 'web-2-conf', onChange: { kind: 'restart' } },
    ]);
  });

  it('is refused if nobody renders it', () => {
    expect(problem({}, reader({ x: { from: 'conf.ap.conf' } }))).toBe(
      "primary.files.x.from: no config-refresh renders a file 'conf.ap.conf'. Did you mean 'conf.app.conf'? There are: conf.app.conf.",
    );
    expect(problem({}, reader({ x: { from: 'conf.app.conf', mode: '0600' } }))).toMatch(/^primary\.files\.x/);
  });
});

describe('a mistake in the options of config-refresh is told with its field', () => {
  const WITH = 'sidecars.conf.with';

  it.each<[string, object, string]>([
    ['no files', { files: [] }, `${WITH}.files: is []; expected a list of at least one file.`],
    [
      'a source of no kind',
      { sources: { flags: { interval: 1 } } },
      `${WITH}.sources.flags: has exactly one of file, dir, url, etcd, consul, vault, exec, git; this one has none.`,
    ],
    [
      'a source of two kinds',
      { sources: { flags: { file: 'a', url: 'http://a' } } },
      `${WITH}.sources.flags: has exactly one of file, dir, url, etcd, consul, vault, exec, git; this one has file and url.`,
    ],
    [
      'headers without a URL',
      { sources: { flags: { file: 'a', headers: {} } } },
      `${WITH}.sources.flags.headers: means nothing without url: add that, or leave it out.`,
    ],
    [
      'an interval of what is watched',
      { sources: { flags: { etcd: { key: 'a' }, interval: 1 } } },
      `${WITH}.sources.flags.interval: cannot stand beside etcd, which is watched: leave one of them out.`,
    ],
    [
      'a format of a secret',
      { sources: { flags: { vault: { path: 'a' }, parse: 'json' } } },
      `${WITH}.sources.flags.parse: cannot stand beside vault, whose secrets have fields: leave one of them out.`,
    ],
    [
      'a URL of another kind',
      { sources: { flags: { url: 'ftp://a' } } },
      `${WITH}.sources.flags.url: is 'ftp://a'; expected an http or https URL.`,
    ],
    [
      'two contents',
      { files: [{ ...FILE, template: 'a' }] },
      `${WITH}.files[0]: has exactly one of template, contents; this one has template and contents.`,
    ],
    [
      'a template that is not there',
      { files: [{ template: 'app.mustache', volume: 'conf', path: 'a' }] },
      `${WITH}.files[0].template: there is no file <folder>/app.mustache.`,
    ],
    [
      'a template that is none',
      { files: [{ ...FILE, contents: '{{#flags}}' }] },
      `${WITH}.files[0].contents: is no template of Mustache: Unclosed section "flags" at 10.`,
    ],
    [
      'a partial',
      { files: [{ ...FILE, contents: '{{#flags}}{{> other}}{{/flags}}' }] },
      `${WITH}.files[0].contents: is no template of Mustache: it has a partial, {{> other}}.`,
    ],
    [
      'a source that is not there',
      { files: [{ ...FILE, contents: '{{#flags}}{{anything}}{{/flags}}{{^flags}}{{{flag.a}}}{{/flags}}' }] },
      `${WITH}.files[0].contents: there is no source 'flag'. Did you mean 'flags'? There are: flags.`,
    ],
    [
      'a volume that is not there',
      { files: [{ ...FILE, volume: 'cnf' }] },
      `${WITH}.files[0].volume: there is no volume 'cnf'. Did you mean 'conf'? There are: conf, other.`,
    ],
    [
      'the same path twice',
      { files: [FILE, { ...FILE, volume: 'other' }] },
      `${WITH}.files[1].path: the name 'app.conf' is taken by ${WITH}.files[0].path: files of one sidecar need different paths.`,
    ],
    [
      'permissions in decimals',
      { files: [{ ...FILE, perms: 644 }] },
      `${WITH}.files[0].perms: is 644; expected permissions such as 0o644, or octal digits in quotes, such as '0644'.`,
    ],
    [
      'two actions',
      { onChange: { restart: 'web', exec: 'x' } },
      `${WITH}.onChange: has exactly one of signal, restart, exec, http; this one has restart and exec.`,
    ],
    [
      'a signal to nobody',
      { onChange: { signal: 'HUP' } },
      `${WITH}.onChange.to: is missing; expected a name in quotes, such as 'web'.`,
    ],
    [
      'a signal that is none',
      { onChange: { signal: 'SIGHUPP', to: 'web' } },
      `${WITH}.onChange.signal: there is no signal 'SIGHUPP'. Did you mean 'SIGHUP'?`,
    ],
    [
      'a receiver without a signal',
      { onChange: { exec: 'x', to: 'web' } },
      `${WITH}.onChange.to: means nothing without signal: add that, or leave it out.`,
    ],
    [
      'a process that is not there',
      { onChange: { restart: 'wbe' } },
      `${WITH}.onChange.restart: there is no process 'wbe'. Did you mean 'web'? There are: migrate, web.`,
    ],
    [
      'a longest wait that is the shorter one',
      { wait: { min: '3s', max: '1s' } },
      `${WITH}.wait.max: is shorter than wait.min.`,
    ],
    [
      'a longest delay that is the shorter one',
      { retry: { maxBackoff: '1ms' } },
      `${WITH}.retry.maxBackoff: is shorter than retry.backoff.`,
    ],
    [
      'no attempts',
      { retry: { attempts: 0 } },
      `${WITH}.retry.attempts: is 0; expected a whole number from 1, or Infinity.`,
    ],
    [
      'an option that does not exist',
      { onchange: 'none' },
      `${WITH}.onchange: unknown field. Did you mean 'onChange'? Known fields: sources, files, wait, onChange, splay, onError, errorOnMissingKey, retry.`,
    ],
  ])('%s', (_what, options, message) => {
    expect(problem(options)).toBe(message);
  });

  it.each(['/a', '../a', 'a/../b', './a', 'a//b', 'a/', '..a', '..data', ''])('a path such as %j', (path) => {
    expect(problem({ files: [{ ...FILE, path }] })).toMatch(
      /^sidecars\.conf\.with\.files\[0\]\.path: .*expected a path within the volume, such as 'app\.conf'\.$/,
    );
  });

  it('in a template of a file', () => {
    const files = [{ template: 'app.mustache', volume: 'conf', path: 'a' }];
    expect(problem({ files }, {}, { 'app.mustache': '{{flagz.a}}' })).toMatch(
      /files\[0\]\.template: there is no source 'flagz'/,
    );
    expect(problem({ files }, {}, { 'app.mustache': '{{flags.a}}' })).toBe('no problem');
  });

  it('but not a template that ${ } names', () => {
    expect(
      resolveProblemsOf(shop({ files: [{ ...FILE, contents: 'a {{flags.a}} ${env.HOME} $${x}' }] })),
    ).toBe('no problem');
  });
});
