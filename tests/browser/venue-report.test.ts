/** The report of a day at Xetra in a real browser: states, auctions and calls are there and can be seen in both themes. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunStore, type VenueMetrics } from '../../src/runs/index.ts';
import { loadScenario, type SimulationOutcome, simulate } from '../../src/services/index.ts';
import { browserPath, launchBrowser } from '../support/browser.ts';
import { contrast } from '../support/contrast.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A few agents around both calls, so that a whole day takes a second. */
const SCENARIO = `
name: xetra-short
seed: 3
date: "2026-01-05"
venue: xetra
instruments: [{ symbol: ACME, referencePrice: 100.00, currency: EUR }]
agents:
  - { kind: randomFlow, name: morning, from: "08:58", until: "09:04", count: 8, limitRates: [1.8, 1.5, 1.1], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [100] }
  - { kind: randomFlow, name: evening, from: "17:28", until: "17:34", count: 4, limitRates: [1.8, 1.5, 1.1], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [100] }
`;

const executablePath = browserPath();
const folder = temporaryFolder('venue-browser');

describe.skipIf(executablePath === null)('the report of a day at a venue in a browser', () => {
  let browser: Browser;
  let page: Page;
  let outcome: SimulationOutcome;
  const problems: string[] = [];

  beforeAll(async () => {
    const path = join(folder, 'xetra-short.yaml');
    writeFileSync(path, SCENARIO);
    outcome = await simulate(loadScenario(path), new RunStore(join(folder, 'runs')));
    browser = await launchBrowser(executablePath!);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(pathToFileURL(outcome.reportPath!).href);
  });

  afterAll(() => browser?.close());

  it('says whose clock it shows, and the same auctions as metrics.json', async () => {
    expect(problems).toEqual([]);
    const text = await page.locator('body').innerText();
    expect(text).toContain('08:00:00 to 20:30:00, Europe/Berlin');
    expect(text).toContain("Times are of the venue's clock, Europe/Berlin: Mon 2026-01-05.");
    const metrics = JSON.parse(readFileSync(outcome.run.path('metrics.json'), 'utf8')) as VenueMetrics;
    const { auctions, secondsByState } = metrics.sessions!.ACME!;
    expect(auctions.map(({ kind }) => kind)).toEqual(['opening', 'closing']);
    expect(secondsByState.CONTINUOUS).toBeGreaterThan(8 * 3600);
    const rows = await page
      .locator('table', { hasText: 'Imbalance, lots' })
      .locator('tbody tr')
      .allInnerTexts();
    expect(rows).toHaveLength(2);
    for (const [i, { price, trades }] of auctions.entries()) {
      expect(trades).toBeGreaterThan(0);
      expect(rows[i]).toContain(price);
      expect(rows[i]).toContain(String(trades));
    }
    // Xetra has no fee schedule here.
    expect(await page.locator('#fees').count()).toBe(0);
  });

  it('leads from the list of sections to the sessions of the open instrument', async () => {
    await page.getByRole('link', { name: 'Sessions' }).click();
    await expect
      .poll(
        () => page.locator('#sessions-1').evaluate((part) => Math.abs(part.getBoundingClientRect().top)),
        {
          timeout: 5000,
        },
      )
      .toBeLessThan(120);
  });

  it.each(['light', 'dark'] as const)(
    'draws the states side by side in colours of the %s theme',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const blocks =
        (await page.evaluate(`[...document.querySelectorAll('.strip .large svg rect')].map((rect) => {
        const { left, right, width } = rect.getBoundingClientRect();
        return { left, right, width, fill: getComputedStyle(rect).fill, title: rect.textContent };
      })`)) as Block[];
      expect(blocks.map(({ title }) => title.split(',')[0])).toEqual([
        'Pre-open call',
        'Continuous trading',
        'Closing call',
        'Trading at the closing price',
        'Post-trade',
      ]);
      expect(new Set(blocks.map(({ fill }) => fill)).size).toBe(5);
      for (const [i, { left, width }] of blocks.entries()) {
        expect(width).toBeGreaterThan(2);
        if (i > 0) expect(left).toBeGreaterThanOrEqual(blocks[i - 1]!.right - 0.2);
      }
      // Letters stand out from what is behind them.
      const ink = (await page.evaluate(
        "getComputedStyle(document.querySelector('.strip .large svg text')).fill",
      )) as string;
      expect(contrast(ink, blocks[1]!.fill)).toBeGreaterThan(4.5);
    },
  );

  it('draws a chart for each call', async () => {
    const calls = page.locator('.part figure.chart:not(.strip) .large svg:visible');
    expect(await calls.count()).toBe(2);
    for (const chart of await calls.all()) {
      expect((await chart.boundingBox())!.width).toBeGreaterThan(200);
      expect(await chart.getAttribute('aria-label')).toMatch(/^Price \d+\.\d\d at /);
    }
  });

  it.each([1280, 400])('fits a screen of %i pixels without scrolling sideways', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const [scroll, client] = (await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )) as [number, number];
    expect(scroll).toBeLessThanOrEqual(client + 1);
    const strip = width > 760 ? '.large' : '.small';
    expect(await page.locator(`.strip ${strip} svg`).isVisible()).toBe(true);
  });
});

/** A state in the strip, in pixels of the screen. */
interface Block {
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly fill: string;
  readonly title: string;
}
