/** The page of a calibration in a real browser: it opens from disk, needs nothing else, and draws what was found. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrateAgents } from '../../src/services/index.ts';
import { browserPath, launchBrowser } from '../support/browser.ts';
import { writeProblem } from '../support/calibration-problem.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const executablePath = browserPath();
const folder = temporaryFolder('calibration-page');

describe.skipIf(executablePath === null)('the page of a calibration in a browser', () => {
  let browser: Browser;
  let page: Page;
  let address: string;
  const problems: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const further = 'checks: { morrisTrajectories: 4, sobolBase: 16, predictiveDraws: 20 }';
    const { paths } = await calibrateAgents({
      ...{ problem: writeProblem(folder, { further }), out: join(folder, 'page.yaml') },
      ...{
        method: 'all',
        budget: 100,
        workers: 1,
        sensitivity: ['morris', 'sobol'],
        recovery: null,
        sbc: 25,
      },
      ...{ isFresh: false, lake: join(folder, 'lake'), runs: join(folder, 'runs') },
    });
    address = pathToFileURL(paths.report).href;
    browser = await launchBrowser(executablePath!);
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(address);
  }, 300_000);

  afterAll(() => browser?.close());

  it('loads without a complaint and without asking for any other file', () => {
    expect(problems).toEqual([]);
    expect(requests).toEqual([address]);
  });

  it('shows each estimator, each parameter, and what was checked', async () => {
    expect(await page.locator('h1').innerText()).toBe('Calibration of small');
    const text = await page.locator('body').innerText();
    for (const shown of [
      'CMA-ES',
      'Bayesian optimisation',
      'Regression ABC',
      'market',
      'cancels',
      'fill ratio',
      'Weak directions',
    ])
      expect(text).toContain(shown);
    const sections = await page.locator('main section').evaluateAll((all) => all.map(({ id }) => id));
    expect(sections).toEqual([
      'overview',
      'parameters',
      'search',
      'identifiability',
      'predictive',
      'moments',
      'sensitivity',
      'known',
      'data',
    ]);
  });

  it('draws charts that have a size and no broken number in them', async () => {
    const charts = await page.locator('figure svg').evaluateAll((all) =>
      all.map((chart) => ({
        width: chart.getBoundingClientRect().width,
        marks: chart.querySelectorAll('rect, circle, polyline').length,
        text: chart.outerHTML,
      })),
    );
    // Two parameters, the searches, three moments, Morris and Sobol, two ranks.
    expect(charts).toHaveLength(10);
    for (const { width, marks, text } of charts) {
      expect(width).toBeGreaterThan(200);
      expect(marks).toBeGreaterThan(0);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
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
