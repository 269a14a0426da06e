import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { inFull } from '../../support/in-full.ts';
import { isInstalled } from '../../support/installed.ts';
import { PodRig } from '../../support/pod-rig.ts';
import { openBrowser, TestPage } from './browser.ts';

const PER_SECOND = 50_000;
const SECONDS = inFull ? 4 : 1;
const LINES = PER_SECOND * SECONDS;

/** Writes numbered lines at an even rate, once it is told to. */
const FLOOD = `
process.stdin.once('data', () => {
  const from = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(${LINES}, Math.floor((performance.now() - from) * ${PER_SECOND / 1_000}));
    let text = '';
    for (; sent < due; sent += 1) text += 'line ' + sent + ' of a flood with some more words in it\\n';
    process.stdout.write(text);
    if (sent === ${LINES}) { clearInterval(timer); console.log('the flood is over'); }
  }, 10);
});
console.log('dry');`;

/** Notes how long frames take from now on. */
const WATCH_FRAMES = `
globalThis.frames = { count: 0, longest: 0, from: performance.now(), last: performance.now() };
const onFrame = () => {
  const now = performance.now();
  frames.longest = Math.max(frames.longest, now - frames.last);
  frames.last = now;
  frames.count += 1;
  requestAnimationFrame(onFrame);
};
requestAnimationFrame(onFrame);`;

interface Frames {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly longest: number;
}

const READ_FRAMES = `(() => {
  const { count, longest, from } = frames;
  Object.assign(frames, { count: 0, longest: 0, from: performance.now(), last: performance.now() });
  return { perSecond: (count * 1000) / (performance.now() - from), longest };
})()`;

describe.runIf(isInstalled('chromium-headless-shell'))('the page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(`shows ${PER_SECOND} lines a second, and can be used meanwhile`, async () => {
    await using rig = await PodRig.open({
      primary: { name: 'flood', command: [process.execPath, '-e', FLOOD] },
    });
    // Nothing else reads the output.
    expect(await rig.run(['up', '--detach']).exitCode()).toBe(0);
    const web = rig.run(['web']);
    const [, url = ''] = await web.output(/^(http:\S+)$/m);
    await using opened = await TestPage.open(browser, url);
    const { page } = opened;
    await opened.go('#/logs');
    await page.getByText('dry').waitFor();
    await page.evaluate(WATCH_FRAMES);
    await eventually('some frames', async () => Number(await page.evaluate('frames.count')) > 30);
    const calm = (await page.evaluate(READ_FRAMES)) as Frames;
    await rig.run(['send', 'flood', 'go\\n']).exitCode();
    await eventually('the flood', async () => /of a flood/.test(await opened.lastRow()));
    const search = page.getByRole('searchbox', { name: 'Search the log' });
    await search.fill('7 of a flood');
    await eventually('lines that are found', async () => (await page.locator('mark').count()) > 10);
    await search.fill('');
    await eventually('the last line', async () => (await opened.lastRow()).endsWith('the flood is over'));
    const flooded = (await page.evaluate(READ_FRAMES)) as Frames;
    // The newest lines are there to the last one, in a window of bounded size.
    const last = await opened.rows.allInnerTexts();
    expect(last.at(-2)).toContain(`line ${LINES - 1} of a flood`);
    const kept = Number((await page.locator('.count').innerText()).replaceAll(/\D/g, ''));
    expect(kept).toBeGreaterThan(5_000);
    expect(kept).toBeLessThanOrEqual(62_500);
    const figures = `calm ${figuresOf(calm)}; flooded ${figuresOf(flooded)}; kept ${kept}`;
    if (process.env['SHOW_FIGURES'] !== undefined) process.stderr.write(`${figures}\n`);
    await rig.run(['down']).exitCode();
    // On a busy machine frames are rare with and without lines.
    expect(flooded.perSecond, figures).toBeGreaterThan(calm.perSecond / 30);
  });
});

const figuresOf = ({ perSecond, longest }: Frames): string =>
  `${perSecond.toFixed(0)} frames/s, longest gap ${longest.toFixed(0)} ms`;
