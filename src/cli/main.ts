#!/usr/bin/env node
/** Entry of the command line. Commands load their parts when they run, so that help is quick. */

import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

try {
  process.exitCode = 0;
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}
