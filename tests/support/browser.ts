/** A real browser for tests that look at pages. */

import { type Browser, chromium } from 'playwright-core';
import { realTool } from './real-tool.ts';

/** Chromium as root has no sandbox; the rest keeps it from calling home. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** Path of the installed browser; null where there is none, and the tests are skipped. */
export function browserPath(): string | null {
  return realTool('chromium', 'chromium-browser', 'google-chrome');
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGS });
}
