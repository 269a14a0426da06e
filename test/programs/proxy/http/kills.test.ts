import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { inFull } from '../../../support/in-full.ts';
import { proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, proxyOptions } from '../support/proxy-options.ts';

const CLIENTS = 8;

const APP = `
require('node:http').createServer((_, response) => response.end('app')).listen(Number(process.argv[1]), '127.0.0.1', () => console.log('up'));
`;

const startApp = async (port: number): Promise<ChildProcess> => {
  const app = spawn(process.execPath, ['-e', APP, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (app.stdout !== null) await once(app.stdout, 'data');
  return app;
};

const outcomeOf = (port: number, agent: Agent): Promise<string> =>
  new Promise((resolve) => {
    const asked = request({ port, agent });
    asked.once('response', (response) => {
      const { statusCode } = response;
      text(response).then(
        (body) => resolve(statusCode === 200 ? body : `${statusCode} ${body}`),
        (error: Error) => resolve(error.message),
      );
    });
    asked.once('error', (error) => resolve(error.message)).end();
  });

it('no client notices that the app is killed again and again', async () => {
  const kills = inFull ? 1_000 : 10;
  const port = await freePort();
  let app = await startApp(port);
  onTestFinished(() => void app.kill('SIGKILL'));
  const clusters = { web: clusterOptions([port], { holdFor: 15_000 }) };
  const proxy = await proxyHere(proxyOptions(port, { clusters }));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  let answered = 0;
  let isOver = false;
  const ask = async (): Promise<readonly string[]> => {
    const bad: string[] = [];
    while (!isOver) {
      const outcome = await outcomeOf(proxy.port, agent);
      if (outcome === 'app') answered += 1;
      else bad.push(outcome);
    }
    return bad;
  };
  const clients = Array.from({ length: CLIENTS }, ask);
  for (let kill = 0; kill < kills; kill += 1) {
    const before = answered;
    // A request is sent again five times at most: an app that never gets to answer would use them up.
    await eventually('answers of this app', () => answered > before + 2 * CLIENTS);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    app.kill('SIGKILL');
    await once(app, 'exit');
    app = await startApp(port);
  }
  isOver = true;
  expect((await Promise.all(clients)).flat()).toEqual([]);
  expect(answered).toBeGreaterThan(kills);
}, 600_000);
