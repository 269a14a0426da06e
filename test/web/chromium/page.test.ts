import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodSnapshot } from '../../../src/control/pod-snapshot.ts';
import { readPageFiles } from '../../../src/web/page-files.ts';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { PodRig } from '../../support/pod-rig.ts';
import { WebTestPod, withSidecar } from '../support.ts';
import { openBrowser, TestPage, violationsIn } from './browser.ts';
import { openSidecarServers } from './sidecar-servers.ts';

const DIST = pathToFileURL(fileURLToPath(new URL('../../../dist/web/', import.meta.url))).href;

const CONFIG = {
  sidecars: {
    db: { command: 'echo "ready to accept connections"; exec cat', description: 'the database' },
    flaky: { command: 'echo "cannot connect" >&2; exit 1', restart: 'never' },
  },
  primary: {
    name: 'web',
    command: 'echo "order 1 4bf92f3577b34da6a3ce929d0e0e4736 accepted"; echo "Order 2 shipped"; exec cat',
  },
};

/** A pod whose telemetry and prometheus are servers of the test. */
const openObservedPod = async (): Promise<WebTestPod> => {
  const { telemetry, prometheus } = await openSidecarServers();
  const change = (snapshot: PodSnapshot): PodSnapshot =>
    withSidecar('prometheus', 'http', prometheus)(withSidecar('telemetry', 'admin', telemetry)(snapshot));
  return WebTestPod.start(CONFIG, change, readPageFiles(DIST));
};

describe.runIf(isInstalled('chromium-headless-shell'))('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('shows the pod that `sidecarctl web` was called for, restarts a process, and says when the pod ends', async () => {
    await using rig = await PodRig.open((steered) => ({
      sidecars: { tool: steered('tool') },
      primary: steered('app'),
    }));
    const run = rig.up();
    const app = await rig.child('app');
    await rig.child('tool');
    const { pid } = await run.state('tool', 'ready');
    const web = rig.run(['web']);
    const [, url = ''] = await web.output(/^(http:\/\/127\.0\.0\.1:\d+\/#token=\S+)$/m);
    await using opened = await TestPage.open(browser, url);
    const { page } = opened;
    await page.getByRole('link', { name: 'tool', exact: true }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.getByRole('button', { name: 'restart tool' }).click();
    await page.getByText('tool is being restarted').waitFor();
    await rig.child('tool');
    const again = await run.event('another tool', (event) =>
      [event['name'] === 'tool', event['state'] === 'ready', event['pid'] !== pid].every(Boolean),
    );
    expect(again['pid']).not.toBe(pid);
    // A reload needs no new address, and another tab does.
    await page.reload();
    await page.getByRole('link', { name: 'tool', exact: true }).waitFor();
    await using stranger = await TestPage.open(browser, url.replace(/#.*/, ''));
    await stranger.page.getByText('This address is not valid any more').waitFor();
    await page.bringToFront();
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    await page.getByText(/^The pod has ended/).waitFor();
    expect(await web.exitCode()).toBe(0);
  });

  test('finds text in the output, and shows a whole line', async () => {
    await using pod = await openObservedPod();
    await using opened = await TestPage.open(browser, pod.web.url);
    const { page } = opened;
    await opened.go('#/logs');
    const lines = opened.rows;
    await page.getByText('ready to accept connections').waitFor();
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('order');
    await eventually('the matches', async () => (await lines.count()) === 2);
    expect(await page.locator('mark').allTextContents()).toEqual(['order', 'Order']);
    await page.getByRole('button', { name: 'db', exact: true }).click();
    await eventually('no match', async () => (await lines.count()) === 0);
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await lines.first().click();
    await page
      .getByRole('region', { name: 'The selected line' })
      .getByRole('link', { name: 'trace 4bf92f35' })
      .click();
    await page.getByRole('listbox', { name: 'Spans of trace 4bf92f35' }).waitFor();
    // What is unfinished elsewhere goes on here.
    await opened.go('#/logs');
    await pod.served.running.client.request({ type: 'send', process: 'web', text: 'one more\n', eof: false });
    await page.getByText('one more').waitFor();
  });

  test('shows a trace as a waterfall, with attributes and log lines', async () => {
    await using pod = await openObservedPod();
    await using opened = await TestPage.open(browser, pod.web.url);
    const { page } = opened;
    await opened.go('#/traces');
    await page.getByRole('button', { name: 'errors only' }).click();
    await eventually('the trace with an error', async () => (await opened.rows.count()) === 1);
    await opened.rows.click();
    const spans = page.getByRole('listbox', { name: 'Spans of trace 4bf92f35' }).getByRole('option');
    await eventually('the spans', async () => (await spans.count()) === 4);
    const bars = await opened.edgesOf('.bar');
    const [whole, ...parts] = bars;
    for (const [left, right] of parts) {
      expect(left).toBeGreaterThanOrEqual(whole?.[0] ?? Infinity);
      expect(right).toBeLessThanOrEqual((whole?.[1] ?? 0) + 1);
    }
    await spans.nth(3).click();
    const selected = page.getByRole('region', { name: 'The selected span' });
    await selected.getByText('failed: card declined').waitFor();
    await selected.getByText('402').waitFor();
    await selected.getByText('CardDeclined').waitFor();
    const logs = page.getByRole('region', { name: 'Log lines of the trace' });
    await logs.getByText('the card was declined').waitFor();
    await logs.getByText('accepted').waitFor();
    expect(await logs.locator('.marked').count()).toBe(1);
  });

  test('plots the usage, what is always asked of Prometheus, and a query', async () => {
    await using pod = await openObservedPod();
    await using opened = await TestPage.open(browser, pod.web.url);
    const { page } = opened;
    await opened.go('#/metrics');
    await page.getByRole('img', { name: 'Requests per second by time' }).waitFor();
    await page.getByRole('img', { name: 'Memory by time' }).waitFor();
    await eventually('the usage', async () =>
      (await page.locator('.legend').first().innerText()).includes('web'),
    );
    const drawn = await page.locator('canvas').evaluateAll((all) =>
      all.map((canvas) => {
        const { width, height } = canvas as unknown as { width: number; height: number };
        return width > 100 && height > 100;
      }),
    );
    expect(drawn.length).toBeGreaterThanOrEqual(3);
    expect(drawn).not.toContain(false);
    await page.getByRole('combobox', { name: 'Query in PromQL' }).fill('up');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'up by time' }).waitFor();
    await page.getByRole('combobox', { name: 'Query in PromQL' }).fill('absent_metric');
    await page.keyboard.press('Enter');
    await page.getByText('It has no values in this time.').waitFor();
  });

  test('says what to add to the config where there is no telemetry and no prometheus', async () => {
    await using pod = await WebTestPod.start(CONFIG, undefined, readPageFiles(DIST));
    await using opened = await TestPage.open(browser, pod.web.url);
    await opened.go('#/traces');
    await opened.page.getByText("telemetry: { use: 'telemetry' },").waitFor();
    await opened.go('#/metrics');
    await opened.page.getByText("prometheus: { use: 'prometheus' },").waitFor();
    await opened.page.getByRole('img', { name: 'CPU, of one core by time' }).waitFor();
  });

  test('does everything by keys', async () => {
    await using pod = await openObservedPod();
    await using opened = await TestPage.open(browser, pod.web.url);
    const { page } = opened;
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole('link', { name: 'flaky', exact: true }).waitFor();
    await press('j', 'ArrowDown', 'k', 'Enter');
    await page.getByRole('region', { name: 'Details of db' }).getByText('Command').waitFor();
    await press('x');
    await pod.served.running.is('db', 'stopped');
    await press('s');
    await pod.served.running.is('db', 'ready');
    await press('l');
    await page.getByRole('listbox', { name: 'Log' }).waitFor();
    expect(page.url()).toContain('p=db');
    await press('2');
    const search = page.getByRole('searchbox', { name: 'Search the log' });
    await eventually('the keys to reach the search', async () => {
      // Another view takes a moment to be there. Meanwhile a key means nothing.
      if ((await search.and(page.locator(':focus')).count()) === 1) return true;
      if (!page.url().includes('p=db')) await press('/');
      return false;
    });
    await page.keyboard.type('order');
    await eventually('the matches', async () => (await opened.rows.count()) === 2);
    await press('Enter', 'ArrowUp');
    await page.getByRole('region', { name: 'The selected line' }).getByText('Order 2 shipped').waitFor();
    await press('ArrowUp');
    await page.getByRole('region', { name: 'The selected line' }).getByText('order 1').waitFor();
    await page.getByRole('button', { name: 'paused' }).waitFor();
    await press('End');
    await page.getByRole('button', { name: 'following' }).waitFor();
    await press('3');
    await page.getByRole('listbox', { name: 'Traces' }).waitFor();
    await press('Home', 'Enter');
    await page.getByRole('listbox', { name: 'Spans of trace 4bf92f35' }).waitFor();
    await press('Escape', '?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press('Escape', '4');
    await page.getByRole('img', { name: 'Memory by time' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test.each([
    ['dark colors on a screen', 'dark', { width: 1280, height: 800 }],
    ['light colors on a phone', 'light', { width: 360, height: 740 }],
  ] as const)('has nothing in %s that axe-core finds wrong', async (_, colorScheme, viewport) => {
    await using pod = await openObservedPod();
    // Scripts of others, such as axe-core, are refused otherwise.
    await using opened = await TestPage.open(browser, pod.web.url, {
      colorScheme,
      viewport,
      bypassCSP: true,
    });
    const { page } = opened;
    const isFine = async (what: string): Promise<void> => {
      expect([what, await violationsIn(page)]).toEqual([what, []]);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect([what, width]).toEqual([what, viewport.width]);
    };
    await page.getByRole('link', { name: 'flaky', exact: true }).waitFor();
    await page.getByRole('link', { name: 'web', exact: true }).click();
    await page.getByText('Process tree').waitFor();
    await isFine('processes');
    await opened.go('#/logs?q=order');
    await opened.rows.first().click();
    await page.getByRole('region', { name: 'The selected line' }).waitFor();
    await isFine('logs');
    await opened.go('#/traces');
    await opened.rows.first().waitFor();
    await isFine('traces');
    await opened.rows.first().click();
    await opened.rows.nth(3).click();
    await page.getByText('CardDeclined').waitFor();
    await isFine('trace');
    await opened.go('#/metrics');
    await page.getByRole('img', { name: 'Requests per second by time' }).waitFor();
    await isFine('metrics');
    await page.getByRole('button', { name: 'Keys' }).click();
    await isFine('help');
  });
});
