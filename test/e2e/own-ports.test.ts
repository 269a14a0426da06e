import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';

const SERVER = `
import { createServer } from 'node:http';
createServer((_, reply) => reply.end('own')).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** Waits for a file before it does what comes after it. */
const after = (file: string): string => `until test -f ${file}; do sleep 0.02; done`;

const listenOn = async (port: number): Promise<Server> => {
  const server = createServer((peer) => peer.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const freePort = async (): Promise<number> => {
  const server = await listenOn(0);
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
};

const close = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};

test.runIf(process.platform === 'linux')(
  'a port that a stranger answers makes nothing ready, and is not launched onto',
  async () => {
    const port = await freePort();
    await using project = await Project.create({
      'server.mjs': SERVER,
      'sidecars.config.mjs': configFile({
        sidecars: {
          web: {
            command: `if mkdir first; then ${after('go')}; exit 1; fi; exec node server.mjs`,
            ports: { http: port },
          },
          other: {
            command: ['node', 'server.mjs'],
            ports: { http: 'auto' },
            readiness: { http: '/' },
          },
        },
        primary: { command: 'sleep 600', dependsOn: ['web', 'other'] },
      }),
    });
    await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
    await cli.state('other', 'ready');
    const stranger = await listenOn(port);
    const notice = await cli.event('the stranger is named', ({ kind }) => kind === 'port-answered');
    expect(notice['message']).toMatch(
      new RegExp(`^web is not ready: port ${port} is answered by pid ${process.pid} \\(.*\\), not by web$`),
    );

    await project.write('go', '');
    const taken = await cli.event('the launch that was refused', ({ name, state, reason }) => {
      return name === 'web' && state === 'backoff' && String(reason).includes('is taken by');
    });
    expect(taken['reason']).toContain(
      `could not be started: port ${port} (http) on 127.0.0.1 is taken by pid ${process.pid} (`,
    );
    expect(cli.events.some(({ name, state }) => name === 'web' && state === 'ready')).toBe(false);

    await close(stranger);
    await cli.state('web', 'ready');
  },
);

test.runIf(process.platform === 'linux')(
  'a server that a hook has left in the background answers for its process',
  async () => {
    await using project = await Project.create({
      'server.mjs': SERVER,
      'sidecars.config.mjs': configFile({
        sidecars: {
          web: {
            command: 'exec sleep 600',
            ports: { http: 'auto' },
            postStart: 'setsid node server.mjs >/dev/null 2>&1 &',
          },
        },
        primary: { command: 'sleep 600', dependsOn: ['web'] },
      }),
    });
    await using cli = new CommandLine(['up', '--ui', 'json'], project.folder);
    await cli.state('web', 'ready');
    expect(cli.events.some(({ kind }) => kind === 'port-answered')).toBe(false);
  },
);
