import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const SERVE = `require('node:http').createServer((_, response) => response.end(String(process.pid)))
  .listen(process.env.PORT, '127.0.0.1')`;

const openSite = async (options: object) => {
  const rig = await PodRig.open((steered) => ({
    sidecars: {
      api: { command: [process.execPath, '-e', SERVE], ports: { http: 'auto' } },
      edge: { use: 'ambassador', with: { to: 'api', ...options } },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const { ports } = await run.state('edge', 'ready');
  await run.state('primary', 'ready');
  const url = `http://127.0.0.1:${(ports as { readonly http: number }).http}`;
  const ask = async () => {
    const response = await fetch(url);
    return {
      status: response.status,
      text: await response.text(),
      flags: response.headers.get('x-sidecarctl-flags'),
    };
  };
  const command = (...words: readonly string[]) => runToEnd(words, rig.project.folder);
  return { rig, run, ask, command };
};

test('an ambassador says who is stopped and how to learn why, and goes on once it is back', async () => {
  const { rig, run, ask, command } = await openSite({ holdFor: '10m' });
  await using _ = rig;
  expect((await ask()).status).toBe(200);
  await command('stop', 'api');
  await eventually('the refusal', async () => (await ask()).text.includes('is stopped'));
  const { status, text, flags } = await ask();
  expect([status, flags]).toEqual([503, 'UH']);
  // Nobody waits for what has been stopped, however long requests may wait.
  expect(text).toBe("edge: nothing of api is ready. It is stopped; see 'sidecarctl why api'\n");
  await command('start', 'api');
  await eventually('an answer', async () => (await ask()).status === 200);
  await stop(run);
});

test('a request waits while the app behind an ambassador restarts', async () => {
  const { rig, run, ask, command } = await openSite({});
  await using _ = rig;
  const before = (await ask()).text;
  const restarted = command('restart', 'api');
  const answers = [];
  while (answers.at(-1)?.text === before || answers.length === 0) answers.push(await ask());
  await restarted;
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  await stop(run);
});
