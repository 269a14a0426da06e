import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { WAIT_LIMIT_MS } from '../../support/deadline.ts';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

/**
 * Debian's Chromium without the parts that draw a window, which take half of the CPU of these tests. Its profile goes with
 * it.
 */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: FLAGS, timeout: 60_000 });

/** A page in a window of its own, and everything that went wrong in it. */
export class TestPage {
  readonly page: Page;
  readonly errors: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(WAIT_LIMIT_MS);
    page.on('pageerror', ({ message }) => this.errors.push(message));
    // A browser says so as well when an answer is 404, as for a pod without telemetry.
    page.on('console', (message) => {
      if (/Security Policy|Warning/.test(message.text())) this.errors.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<TestPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const opened = new TestPage(await context.newPage());
    await opened.page.goto(url);
    return opened;
  }

  async go(hash: string): Promise<void> {
    await this.page.evaluate(`location.assign(${JSON.stringify(hash)})`);
  }

  /** Rows of the list that are in the page. */
  get rows(): Locator {
    return this.page.locator('.list').getByRole('option');
  }

  /** Text of the last row of the list; empty if there is none. */
  lastRow(): Promise<string> {
    return this.page.evaluate(
      "document.querySelector('.list .row[aria-posinset=\"' + document.querySelector('.list .row')?.ariaSetSize + '\"]')?.innerText ?? ''",
    );
  }

  /** Where elements begin and end, from left to right. */
  edgesOf(selector: string): Promise<ReadonlyArray<readonly [left: number, right: number]>> {
    const edges = '({ left, right }) => [left, right]';
    return this.page.evaluate(
      `[...document.querySelectorAll('${selector}')].map((one) => one.getBoundingClientRect()).map(${edges})`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    expect(this.errors).toEqual([]);
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: ReadonlyArray<{ readonly target: readonly string[]; readonly failureSummary?: string }>;
}

/** What axe-core finds wrong with what the page shows. Its window must not mind scripts of others. */
export const violationsIn = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
};
