import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { PodRig } from '../../support/pod-rig.ts';
import { openBrowser, TestPage } from './browser.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';

/** Sends a trace of two spans and a log record, as an exporter does, and goes on. */
const APP = `
const start = Date.now() - 1_000;
const nanos = (after) => String(BigInt(start + after) * 1_000_000n);
const span = (spanId, name, from, to, more) =>
  ({ traceId: '${TRACE}', spanId, name, startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to), ...more });
const resource = { attributes: [{ key: 'service.name', value: { stringValue: process.env.OTEL_SERVICE_NAME } }] };
const send = async (path, body) => {
  const { status } = await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  console.log('sent', path, status);
};
await send('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'app' }, spans: [
  span('00000000000000a1', 'GET /cart', 0, 250, { kind: 2 }),
  span('00000000000000a2', 'SELECT cart', 20, 200, {
    kind: 3,
    parentSpanId: '00000000000000a1',
    status: { code: 2, message: 'deadlock' },
    attributes: [{ key: 'db.system.name', value: { stringValue: 'postgresql' } }],
  }),
] }] }] });
await send('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [
  { timeUnixNano: nanos(210), severityNumber: 17, severityText: 'ERROR', body: { stringValue: 'the cart is locked' },
    traceId: '${TRACE}', spanId: '00000000000000a2' },
] }] }] });
setInterval(() => {}, 60_000);
`;

describe.runIf(isInstalled('chromium-headless-shell'))('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test("shows what the pod's own telemetry and prometheus have gathered", async () => {
    const config = {
      sidecars: {
        traces: { use: 'telemetry' },
        prom: { use: 'prometheus', with: { scrapeInterval: '1s' } },
        // Nobody sends to it.
        other: { use: 'telemetry', provides: { to: ['prom'] } },
      },
      primary: { name: 'shop', command: [process.execPath, 'app.mjs'] },
    };
    await using rig = await PodRig.open(config, { 'app.mjs': APP });
    const run = rig.up();
    await run.event('the log record to be taken', ({ line }) => line === 'sent /v1/logs 200');
    const web = rig.run(['web']);
    const [, url = ''] = await web.output(/^(http:\S+)$/m);
    await using opened = await TestPage.open(browser, url);
    const { page } = opened;
    await opened.go('#/traces');
    await page.getByText('GET /cart').waitFor();
    await page.getByText('1 error').waitFor();
    const from = page.getByRole('combobox', { name: 'Sidecar with use: telemetry' });
    await from.selectOption('other');
    await page.getByText('No trace has come yet.').waitFor();
    await from.selectOption('traces');
    await page.getByText('1 error').waitFor();
    await opened.rows.first().click();
    await eventually('the spans', async () => (await opened.rows.count()) === 2);
    await opened.rows.nth(1).click();
    await page.getByText('failed: deadlock').waitFor();
    await page.getByText('postgresql').waitFor();
    await page
      .getByRole('region', { name: 'Log lines of the trace' })
      .getByText('the cart is locked')
      .waitFor();
    await opened.go('#/metrics?query=up');
    await page.getByRole('img', { name: 'up by time' }).waitFor();
    const legend = page.locator('.plot', { hasText: /^up/ }).locator('.legend');
    await eventually('both targets', async () => /prom.*traces|traces.*prom/s.test(await legend.innerText()));
    await opened.go('#/metrics?query=up(');
    await page.getByText(/^prom: /).waitFor();
    expect(web.stderr).toBe('');
  });
});
