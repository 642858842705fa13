/** report.html in a real browser: it opens from disk, needs nothing else, and shows the run. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunStore } from '../../src/runs/index.ts';
import { parseScenario } from '../../src/scenarios/index.ts';
import { type SimulationOutcome, simulate } from '../../src/services/index.ts';
import { browserPath, launchBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCENARIO = `
name: browser
seed: 3
open: "09:30"
close: "09:35"
instruments: [{ symbol: ACME, referencePrice: 100.00 }, { symbol: BOLT, referencePrice: 20.00 }]
agents:
  - { kind: randomFlow, name: flow, count: 20, limitRates: [1.8, 1.5, 1.1], marketRate: 0.9, cancelRates: [0.7, 0.8], lots: [100] }
`;

const executablePath = browserPath();
const folder = temporaryFolder('browser');

describe.skipIf(executablePath === null)('the report in a browser', () => {
  let browser: Browser;
  let page: Page;
  let outcome: SimulationOutcome;
  const problems: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const scenario = parseScenario(SCENARIO, 'browser.yaml');
    outcome = await simulate(scenario, new RunStore(join(folder, 'runs')));
    browser = await launchBrowser(executablePath!);
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(outcome.reportPath!).href);
  });

  afterAll(() => browser?.close());

  it('loads without a complaint and without asking for any other file', () => {
    expect(problems).toEqual([]);
    expect(requests).toEqual([pathToFileURL(outcome.reportPath!).href]);
    expect(readFileSync(outcome.reportPath!, 'utf8')).not.toMatch(/(?:src|href)="https?:/);
  });

  it('has a language, a title, one heading of the first rank, and shows id and digest of the run', async () => {
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.title()).toContain('browser');
    expect(await page.locator('h1').count()).toBe(1);
    const text = await page.locator('body').innerText();
    for (const shown of [outcome.run.id, outcome.digest, 'ACME', 'BOLT']) expect(text).toContain(shown);
  });

  it('draws charts that have a size and lines in them', async () => {
    const boxes = await page.locator('figure .large svg:visible').evaluateAll((charts) =>
      charts.map((chart) => ({
        width: chart.getBoundingClientRect().width,
        marks: chart.querySelectorAll('path').length,
      })),
    );
    expect(boxes.length).toBeGreaterThanOrEqual(4);
    for (const { width, marks } of boxes) {
      expect(width).toBeGreaterThan(200);
      expect(marks).toBeGreaterThan(0);
    }
  });

  it('fits a narrow screen without scrolling sideways', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    const [scroll, client] = (await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )) as [number, number];
    expect(scroll).toBeLessThanOrEqual(client + 1);
  });
});
