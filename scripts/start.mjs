// Runs the main job on its embedded default: `npm start`. Further arguments go to `twin run`: `npm start -- --help`; one of them
// may name another scenario: `npm start -- --scenario templates/halt-luld.yaml`.

import './support/check-node.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT, SetupFailure } from './support/prepare.mjs';

const DEFAULT_CONFIG = join(ROOT, 'configs/exchange-day.yaml');

try {
  await prepare();
  const main = join(ROOT, 'dist/cli/main.js');
  // In this same process: Ctrl-C, the terminal and the exit code are then the command's own.
  const more = process.argv.slice(2);
  const hasOwn = more.some((argument) => /^--(?:scenario|list)\b/.test(argument));
  process.argv = [process.execPath, main, 'run', ...(hasOwn ? [] : [DEFAULT_CONFIG]), ...more];
  await import(pathToFileURL(main).href);
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
