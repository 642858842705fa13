/**
 * Adds a row to the ledger of scores, where they differ from those of its last row.
 *
 *   npm run ledger -- "what changed"
 */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import {
  differenceOf,
  LEDGER_COMMAND,
  LEDGER_PATH,
  ledgerText,
  readLedger,
  SCORE_NAMES,
  scoredNow,
} from './score-ledger.ts';

async function main(): Promise<void> {
  const change = process.argv.slice(2).join(' ').trim();
  if (change === '') {
    console.error(`a row says what changed: ${LEDGER_COMMAND} -- "what changed"`);
    process.exitCode = 2;
    return;
  }
  const rows = readLedger();
  const now = await scoredNow();
  const last = rows.at(-1);
  const difference = last === undefined ? 'the first row' : differenceOf(last, now);
  if (difference === null) {
    console.log('the last row has these scores already: nothing is added');
    return;
  }
  const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  writeFileSync(LEDGER_PATH, ledgerText([...rows, { commit, change, ...now }]));
  for (const name of SCORE_NAMES) console.log(name.padEnd(18), last?.scores[name] ?? '', now.scores[name]);
}

await main();
