import { describe, expect, it } from 'vitest';
import { fillReferences } from '../../../src/config/resolve/references.ts';
import { podOf, problemsOf, processOf } from '../support.ts';

const values = {
  ports: new Map([['redis', new Map([['main', 6379]])]]),
  volumes: new Map([['logs', '/v/logs']]),
  files: new Map([['app.conf', '/f/app.conf']]),
  env: { HOME: '/home/ann', EMPTY: '', 'A.B': 'dotted' },
  app: null,
};

const fill = (text: string, dialect: 'plain' | 'shell'): string | number => {
  const filled = fillReferences(text, dialect, values, ['x']);
  return filled.problems.length === 0 ? filled.text : filled.problems.length;
};

describe('references', () => {
  it.each([
    ['${ports.redis.main}', '6379'],
    ['--port ${ports.redis.main} --dir ${volumes.logs}', '--port 6379 --dir /v/logs'],
    ['${env.HOME}/x', '/home/ann/x'],
    ['[${env.EMPTY}]', '[]'],
    ['${env.A.B}', 'dotted'],
    ['${files.app.conf}', '/f/app.conf'],
    ['$${ports.redis.main}', '${ports.redis.main}'],
    ['$${x} ${env.HOME}', '${x} /home/ann'],
    ['costs $5 and $$', 'costs $5 and $$'],
    ['plain', 'plain'],
  ])('in %j become %j, wherever they stand', (text, expected) => {
    expect(fill(text, 'plain')).toBe(expected);
    expect(fill(text, 'shell')).toBe(expected);
  });

  it.each(['$HOME ${HOME} ${HOME:-x} ${#a[@]} $(date) ${ports} ${1}', '${', 'a ${b'])(
    'are not seen in %j when it is for the shell',
    (line) => {
      expect(fill(line, 'shell')).toBe(line);
    },
  );

  it('are not looked for in what they are replaced by', () => {
    const sly = { ...values, env: { SLY: '${env.HOME}' } };
    expect(fillReferences('${env.SLY}', 'plain', sly, []).text).toBe('${env.HOME}');
  });
});

describe('a reference that is wrong is a problem when the config is loaded', () => {
  const config = (fields: object) => ({
    volumes: { logs: {} },
    sidecars: { redis: { command: 'redis-server', ports: { main: 'auto' } } },
    primary: { command: 'x', ...fields },
  });

  it.each([
    [
      { command: 'x ${ports.redis.mian}' },
      "primary.command: unknown reference 'ports.redis.mian'. Did you mean 'ports.redis.main'? There are: ports.redis.main, volumes.logs.",
    ],
    [
      { command: ['x', '${ports.redis}'] },
      "primary.command[1]: unknown reference 'ports.redis'. Did you mean 'ports.redis.main'? There are: ports.redis.main, volumes.logs.",
    ],
    [
      { env: { A: '${volumes.logz}' } },
      "primary.env.A: unknown reference 'volumes.logz'. Did you mean 'volumes.logs'? There are: ports.redis.main, volumes.logs.",
    ],
    [
      { env: { A: '${HOME}' } },
      'primary.env.A: ${HOME} is not a reference. For the environment variable write ${env.HOME}, for the text itself $${HOME}.',
    ],
    [
      { command: ['x', '${HOME}'] },
      'primary.command[1]: ${HOME} is not a reference. For the environment variable write ${env.HOME}, for the text itself $${HOME}.',
    ],
    [{ cwd: '${env.HMOE}' }, "primary.cwd: the environment variable 'HMOE' is not set. Did you mean 'HOME'?"],
    [
      { command: 'x ${env.HMOE}' },
      "primary.command: the environment variable 'HMOE' is not set. Did you mean 'HOME'?",
    ],
    [
      { readiness: { http: { headers: { a: '${env.TOKEN}' } } }, ports: { http: 1 } },
      "primary.readiness.http.headers.a: the environment variable 'TOKEN' is not set.",
    ],
    [
      { preStop: 'x ${volumes.lgos}' },
      "primary.preStop: unknown reference 'volumes.lgos'. Did you mean 'volumes.logs'? There are: ports.redis.main, volumes.logs.",
    ],
    [
      { stop: { command: ['x', '${ports.primary.http}'] } },
      "primary.stop.command[1]: unknown reference 'ports.primary.http'. There are: ports.redis.main, volumes.logs.",
    ],
    [
      { liveness: { file: '${volumes.logs' } },
      "primary.liveness.file: '${volumes.logs' has no closing brace. For a literal ${ write $${.",
    ],
    [
      { env: { A: '${HOME:-x}' } },
      "primary.env.A: unknown reference 'HOME:-x'. There are: ports.redis.main, volumes.logs. For a literal ${ write $${.",
    ],
  ])('%j', (fields, message) => {
    expect(problemsOf(config(fields), {}, { HOME: '/' })).toBe(message);
  });

  it('in the pod’s env as well', () => {
    expect(problemsOf({ env: { A: '${ports.web.http}' }, primary: { command: 'x' } })).toBe(
      "env.A: unknown reference 'ports.web.http'. None are defined here.",
    );
  });
});

describe('env in a reference', () => {
  it('is the inherited environment overlaid by the pod’s env files', () => {
    const config = { envFile: ['a.env', 'b.env'], primary: { command: ['x', '${env.A} ${env.B}'] } };
    expect(problemsOf(config, { 'a.env': 'A=file', 'b.env': 'B=later' }, { A: 'inherited' })).toBe(
      'no problem',
    );
    expect(problemsOf(config, { 'a.env': '', 'b.env': '' }, { A: 'inherited' })).toBe(
      "primary.command[1]: the environment variable 'B' is not set. Did you mean 'A'?",
    );
  });
});

describe('references are replaced', () => {
  it('in every field that reaches a process', () => {
    const pod = podOf({
      volumes: { logs: {} },
      env: { POD: '${volumes.logs}' },
      sidecars: {
        s: {
          command: 'a ${ports.s.main} $HOME ${HOME}',
          ports: { main: 'auto' },
          env: { OWN: '${ports.s.main}', NUMBER: 5 },
          startup: { exec: ['b', '${ports.s.main}'] },
          readiness: { http: 'http://127.0.0.1:${ports.s.main}/' },
          liveness: { tcp: '${ports.s.main}' },
          postStart: 'c ${volumes.logs}',
          preStop: { http: { path: '/${env.HOME}', headers: { a: '${volumes.logs}' } } },
          stop: { command: ['d', '${volumes.logs}'] },
        },
      },
      primary: {
        command: ['e', '${volumes.logs}', '$HOME'],
        startup: { grpc: { port: '${ports.s.main}' } },
        readiness: { file: '${volumes.logs}/x' },
        liveness: { exec: 'f ${volumes.logs} ${HOME}' },
      },
    });
    const s = processOf(pod, 's');
    expect(s.launch.command).toEqual({ kind: 'shell', line: 'a 5001 $HOME ${HOME}' });
    expect(s.launch.env.pod).toEqual({ POD: '/volumes/logs' });
    expect(s.launch.env.own).toEqual({ OWN: '5001', NUMBER: '5' });
    expect(s.startup?.target).toEqual({
      kind: 'exec',
      command: { kind: 'direct', file: 'b', args: ['5001'] },
    });
    expect(s.readiness?.target).toMatchObject({ url: 'http://127.0.0.1:5001/' });
    expect(s.liveness?.target).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 5001 });
    expect(s.postStart).toEqual({ kind: 'exec', command: { kind: 'shell', line: 'c /volumes/logs' } });
    expect(s.preStop).toMatchObject({
      url: 'http://127.0.0.1:5001//home/ann',
      headers: { a: '/volumes/logs' },
    });
    expect(s.stop.command).toEqual({ kind: 'direct', file: 'd', args: ['/volumes/logs'] });
    const primary = processOf(pod, 'primary');
    expect(primary.launch.command).toEqual({ kind: 'direct', file: 'e', args: ['/volumes/logs', '$HOME'] });
    expect(primary.startup?.target).toEqual({ kind: 'grpc', host: '127.0.0.1', port: 5001, service: '' });
    expect(primary.readiness?.target).toEqual({ kind: 'file', path: '/volumes/logs/x' });
    expect(primary.liveness?.target).toMatchObject({ command: { line: 'f /volumes/logs ${HOME}' } });
  });
});
