// Installs the packages and builds dist/ where needed: `npm run setup`. Start and test call the same.

import './support/check-node.mjs';
import { prepare, SetupFailure } from './support/prepare.mjs';

try {
  await prepare();
  console.log('setup: ready');
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
