import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { inFull } from '../../support/in-full.ts';
import { KeepAliveLoad } from './support/keep-alive-load.ts';
import { MortalApp } from './support/mortal-app.ts';
import { listenerOptions, proxyOptions, routeOptions } from './support/proxy-options.ts';
import { ProxyProcess } from './support/proxy-process.ts';
import { runProxy } from './support/run-proxy.ts';

const CONNECTIONS = 16;
const MINUTES = 60_000;

const startApp = async (): Promise<MortalApp> => {
  const app = await MortalApp.start();
  onTestFinished(() => app.stop());
  return app;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How many requests were answered, and that all of them were answered by the app. */
const expectOnlyAnswers = async (load: KeepAliveLoad): Promise<number> => {
  const { statuses, ...rest } = await load.stop();
  expect({ ...rest, statuses: [...statuses.keys()] }).toEqual({
    ...{ cut: 0, refused: 0, complaints: new Set(), statuses: [200] },
  });
  return statuses.get(200) ?? 0;
};

test(
  'clients see nothing of an app that is killed at random moments while it is under load',
  async () => {
    const app = await startApp();
    const proxy = await runProxy(proxyOptions(app.port));
    const load = new KeepAliveLoad(proxy.port, CONNECTIONS);
    for (let kills = 0; kills < (inFull ? 300 : 15); kills++) {
      // A request that has met the end of five processes is taken for their cause. So each of them answers everybody.
      await eventually('an answer for every client', load.answersFromNow());
      await pause(Math.random() * 20);
      await app.killAndRestart();
    }
    expect(await expectOnlyAnswers(load)).toBeGreaterThan(100);
  },
  10 * MINUTES,
);

test(
  'a stop under load cuts no request',
  async () => {
    const app = await startApp();
    for (let stops = 0; stops < (inFull ? 50 : 3); stops++) {
      const proxy = await ProxyProcess.start(proxyOptions(app.port));
      onTestFinished(() => proxy.stop());
      const load = new KeepAliveLoad(proxy.port, CONNECTIONS);
      await eventually('answers', () => load.answers > 100);
      proxy.child.kill('SIGTERM');
      expect(await proxy.exit).toBe(0);
      const { cut, statuses, complaints } = await load.stop();
      expect({ cut, statuses: [...statuses.keys()], complaints }).toEqual({
        ...{ cut: 0, statuses: [200], complaints: new Set() },
      });
    }
  },
  5 * MINUTES,
);

test(
  'options that change under load cut no request',
  async () => {
    const app = await startApp();
    const proxy = await runProxy(proxyOptions(app.port));
    const load = new KeepAliveLoad(proxy.port, CONNECTIONS);
    for (let changes = 1; changes <= (inFull ? 100 : 10); changes++) {
      const route = routeOptions({
        responseHeaders: { set: { 'x-change': `${changes}` }, add: {}, remove: [] },
      });
      proxy.reload((options) => ({
        ...options,
        listeners: options.listeners.map(({ listen }) => listenerOptions({ listen, routes: [route] })),
      }));
      const isApplied = async (): Promise<boolean> => {
        const { headers } = await fetch(`http://127.0.0.1:${proxy.port}/`);
        return headers.get('x-change') === `${changes}`;
      };
      await eventually(`change ${changes}`, isApplied);
    }
    expect(await expectOnlyAnswers(load)).toBeGreaterThan(100);
  },
  5 * MINUTES,
);
