import { describe, expect, it } from 'vitest';
import type { Wiring } from '../../../src/config/wiring-types.ts';
import { podOf, processOf, resolveProblemsOf } from '../support.ts';

const config = (fields: object) => ({
  volumes: { logs: {} },
  sidecars: { redis: { command: 'redis-server', ports: { main: 'auto' } }, shipper: { command: 'ship' } },
  primary: { command: 'x', ...fields },
});

const messageOf = (fields: object): string => resolveProblemsOf(config(fields));

describe('a wiring function', () => {
  it('gets port numbers, volume paths and the environment', () => {
    const pod = podOf(
      config({
        command: ({ ports, volumes, env }: Wiring) => ['x', `${ports.redis.main}`, volumes.logs, env['HOME']],
      }),
    );
    expect(processOf(pod, 'primary').launch.command).toEqual({
      kind: 'direct',
      file: 'x',
      args: ['5001', '/volumes/logs', '/home/ann'],
    });
  });

  it('may stand for every value that reaches a process', () => {
    const port = ({ ports }: Wiring) => ports.redis.main;
    const url = ({ ports }: Wiring) => `http://127.0.0.1:${ports.redis.main}/`;
    const pod = podOf({
      ...config({
        cwd: () => '.',
        env: { A: port, B: () => null, C: 'static' },
        startup: { tcp: port },
        readiness: { http: url },
        liveness: { grpc: ({ ports }: Wiring) => ({ port: ports.redis.main, service: 's' }) },
        postStart: ({ volumes }: Wiring) => `touch ${volumes.logs}/x`,
        preStop: { http: url },
        commands: { port: { command: ({ ports }: Wiring) => ['echo', `${ports.redis.main}`] } },
        stop: { command: () => ['stop-it'] },
      }),
      env: ({ volumes }: Wiring) => ({ LOGS: volumes.logs, N: 1 }),
    });
    const primary = processOf(pod, 'primary');
    expect(primary.launch.cwd).toBe(pod.folder);
    expect(primary.launch.env).toMatchObject({
      own: { A: '5001', B: null, C: 'static' },
      pod: { LOGS: '/volumes/logs', N: '1' },
    });
    expect(primary.startup?.target).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 5001 });
    expect(primary.readiness?.target).toMatchObject({ kind: 'http', url: 'http://127.0.0.1:5001/' });
    expect(primary.liveness?.target).toMatchObject({ kind: 'grpc', port: 5001, service: 's' });
    expect(primary.postStart).toMatchObject({ command: { line: 'touch /volumes/logs/x' } });
    expect(primary.preStop).toMatchObject({ kind: 'http', url: 'http://127.0.0.1:5001/' });
    expect(primary.commands).toMatchObject([{ command: { file: 'echo', args: ['5001'] } }]);
    expect(primary.stop.command).toEqual({ kind: 'direct', file: 'stop-it', args: [] });
  });

  it('gives its result as it is: references in it are text', () => {
    const pod = podOf(config({ env: { A: () => '${env.HOME} $${x}' } }));
    expect(processOf(pod, 'primary').launch.env.own).toEqual({ A: '${env.HOME} $${x}' });
  });

  it('reads an unset variable as undefined', () => {
    const pod = podOf(config({ env: { A: ({ env }: Wiring) => String(env['NOT_SET']) } }));
    expect(processOf(pod, 'primary').launch.env.own).toEqual({ A: 'undefined' });
  });

  it('may print the wiring', () => {
    const pod = podOf(config({ env: { A: ({ ports }: Wiring) => JSON.stringify(ports) } }));
    expect(processOf(pod, 'primary').launch.env.own).toEqual({ A: '{"redis":{"main":5001}}' });
  });

  it('is called once for each resolved pod, and not while the config is checked', () => {
    let calls = 0;
    podOf(config({ command: () => `x ${++calls}` }));
    expect(calls).toBe(1);
  });
});

describe('a wiring function that goes wrong is a problem', () => {
  it.each<readonly [string, object, string]>([
    [
      'a port that does not exist',
      { command: ({ ports }: Wiring) => `x ${ports.redis.mian}` },
      "primary.command: unknown reference 'ports.redis.mian'. Did you mean 'ports.redis.main'? There are: ports.redis.main, volumes.logs.",
    ],
    [
      'a process without ports',
      { env: { A: ({ ports }: Wiring) => ports.shipper.main } },
      "primary.env.A: unknown reference 'ports.shipper'. There are: ports.redis.main, volumes.logs.",
    ],
    [
      'a name that every object has',
      { env: ({ volumes }: Wiring) => ({ A: volumes.constructor }) },
      "primary.env: unknown reference 'volumes.constructor'. There are: ports.redis.main, volumes.logs.",
    ],
    [
      'an exception',
      {
        preStop: () => {
          throw new Error('no such luck');
        },
      },
      'primary.preStop: the function failed: no such luck',
    ],
    [
      'a thrown string',
      {
        cwd: () => {
          throw 'no';
        },
      },
      'primary.cwd: the function failed: no',
    ],
    [
      'a promise',
      { command: async () => 'x' },
      'primary.command: is a promise; expected a command: a line for the shell, or a list of program and arguments.',
    ],
    [
      'nothing',
      { env: () => undefined },
      'primary.env: is undefined; expected an object from variables to values.',
    ],
    [
      'a wrong value deep inside',
      { env: () => ({ A: { B: 1 } }) },
      'primary.env.A: is {"B":1}; expected a string, a number, true, false, or null to remove the variable.',
    ],
    [
      'a port that is none',
      { readiness: { tcp: () => 'redis' } },
      "primary.readiness.tcp: this process has no port 'redis'. None are defined here.",
    ],
    [
      'an empty command',
      { readiness: { exec: () => [] } },
      'primary.readiness.exec: is []; expected a command: a line for the shell, or a list of program and arguments.',
    ],
  ])('%s', (_title, fields, message) => {
    expect(messageOf(fields)).toBe(message);
  });

  it('and every such problem is found', () => {
    const failing = () => {
      throw new Error('no');
    };
    expect(messageOf({ command: failing, cwd: failing }).split('\n')).toHaveLength(2);
  });
});
