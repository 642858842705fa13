/** docs/errors.md says what the registries say: fault codes, reject codes, cancel reasons, quarantine reasons. */

import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/base/index.ts';
import { QUARANTINE_REASONS } from '../../src/data/index.ts';
import * as domain from '../../src/domain/index.ts';
import { expectGoldenFile } from '../support/golden-file.ts';
import { codeOnly } from './code-text.ts';
import { FOLDER_RULES } from './folder-rules.ts';
import { isTestFile, readProjectFile, typeScriptBelow } from './project-files.ts';

/** Folder that raises the codes of a prefix. */
const FOLDER_OF_PREFIX: Readonly<Record<string, string>> = {
  BASE: 'base',
  MKT: 'market',
  SIM: 'sim',
  WORLD: 'world',
  DATA: 'data',
  SCENARIO: 'scenarios',
  FIDELITY: 'fidelity',
  CALIBRATION: 'calibration',
  MATH: 'math',
  RUNS: 'runs',
  CLI: 'cli',
};

/** Name by code of the constants that start with a prefix, in the order of their codes. */
function constantsOf(prefix: string): [code: number, name: string][] {
  return Object.entries(domain)
    .filter(
      (entry): entry is [string, number] =>
        entry[0].startsWith(prefix) && typeof entry[1] === 'number' && entry[0] !== 'CANCEL_ONLY',
    )
    .map(([name, code]): [number, string] => [code, name.slice(prefix.length)])
    .sort(([a], [b]) => a - b);
}

/** Reads better than code: `unknown order` for UNKNOWN_ORDER. */
const inWords = (name: string): string => name.toLowerCase().replaceAll('_', ' ');

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The first sentence that the source says about each cancel reason would repeat its name; these say when it happens. */
const CANCEL_MEANINGS: Readonly<Record<string, string>> = {
  REQUESTED: 'Its owner, or the venue, cancelled the order, or reduced it by all that was open.',
  MASS: 'A mass cancel took it.',
  IOC_REMAINDER: 'What an immediate-or-cancel order did not fill.',
  FOK_UNFILLED: 'A fill-or-kill order found too little to fill.',
  MIN_QTY_UNFILLED: 'An order that cannot rest found less than its minimum quantity.',
  NO_LIQUIDITY: 'What a market order or a triggered stop did not fill.',
  SELF_TRADE: 'It met an order of its own group.',
  REPLACED_BELOW_FILLED: 'A replace asked for a total that is filled already.',
  AUCTION_OVER: 'It was for one auction only, and that is over.',
  AUCTION_MISSED: 'The auction that it was for did not take place.',
  OUTSIDE_BANDS: 'What is left of it lies outside of the price bands.',
  DISCONNECTED: 'The connection of its owner broke.',
  CONTRACT_EXPIRED: 'The option contract that it was for has expired.',
  LINKED_ORDER: 'Another order of its group was filled or ended: one cancels the other.',
  PARKED:
    'The order that carried a managed one left the book; the managed one is open and waits outside, or has come back under another id.',
  ROUTED:
    'It passed the book of a venue that sends the rest to better quotes elsewhere; what comes back goes on under other ids.',
  RETURN_REFUSED: 'It came back from another venue, and its own did not take it any more.',
  QUOTE_PROTECTION: 'Market maker protection pulled the quote: its account had traded too much.',
  CORPORATE_ACTION:
    'A corporate action ended it before the ex-date: a reverse split, a merger, rights, or its owner takes orders out then.',
};

function errorsPage(): string {
  const faults = Object.entries(FOLDER_OF_PREFIX).map(([prefix, folder]) => {
    const rows = Object.entries(FAULTS)
      .filter(([code]) => code.startsWith(`${prefix}_`))
      .map(([code, { meaning, mend }]) => [`\`${code}\``, meaning, mend]);
    return `### ${prefix}_, raised for \`src/${folder}\`\n\n${table(['code', 'raised when', 'mend'], rows)}`;
  });
  const rejects = constantsOf('REJECT_')
    .filter(([, name]) => name !== 'TEXTS')
    .map(([code, name]) => [code, `\`${name}\``, domain.REJECT_TEXTS[code] ?? '']);
  const cancels = constantsOf('CANCEL_').map(([code, name]) => [
    code,
    `\`${domain.CANCEL_REASON_NAMES[code]}\``,
    CANCEL_MEANINGS[name] ?? inWords(name),
  ]);
  const quarantine = Object.entries(QUARANTINE_REASONS).map(([reason, rule]) => [`\`${reason}\``, rule]);
  return [
    '# Errors, rejects and reasons',
    'Written by `tests/tidy/errors-doc.test.ts` from the registries in the code (`UPDATE_GOLDEN=1 npx vitest run tests/tidy/errors-doc.test.ts`). Codes are stable and never used again.',
    '## Faults',
    'An operational failure: a `TwinError` with a code, the rule that was broken, the values that broke it, and what mends it. The registry is `src/base/fault-codes.ts`. A broken invariant is none of these: it is a defect of the program, stops the run, and has no code.',
    ...faults,
    '## Rejects',
    'A normal answer of the venue to a command, as the code of the records `rejected`, `cancelRejected` and `replaceRejected` (bits 16-31 of word 0, see [journal.md](journal.md)). The text states the rule that was broken. The registry is `src/domain/reject-codes.ts`.',
    table(['code', 'name', 'rule'], rejects),
    '## Cancel reasons',
    'Why an order was cancelled: the code of the record `canceled`. The registry is `src/domain/events.ts`.',
    table(['code', 'name', 'when'], cancels),
    '## Quarantine reasons',
    'Why a record of a data file was set aside. In strict mode the first one stops the reading with `DATA_RECORD`; in lenient mode each is counted, with the first few of each reason kept as examples. The registry is `src/data/quarantine.ts`.',
    table(['reason', 'rule that was broken'], quarantine),
    '',
  ].join('\n\n');
}

describe('the registry of errors', () => {
  it('is what docs/errors.md says', () => {
    expectGoldenFile('docs/errors.md', errorsPage().replace(/\n+$/, '\n'));
  });

  it('groups fault codes by folders that exist', () => {
    for (const code of Object.keys(FAULTS)) {
      expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)+$/);
      expect(Object.keys(FOLDER_OF_PREFIX), code).toContain(code.split('_')[0]);
    }
    for (const folder of Object.values(FOLDER_OF_PREFIX)) expect(Object.keys(FOLDER_RULES)).toContain(folder);
  });

  it('has no code that nothing raises', () => {
    const sources = typeScriptBelow('src/').filter(
      ({ path }) => !isTestFile(path) && path !== 'src/base/fault-codes.ts',
    );
    const idle = Object.keys(FAULTS).filter(
      (code) => !sources.some(({ text }) => text.includes(`'${code}'`)),
    );
    expect(idle).toEqual([]);
  });

  it('has a text for every reject code and a name for every cancel reason, without gaps', () => {
    const rejects = constantsOf('REJECT_');
    expect(rejects.map(([code]) => code)).toEqual(rejects.map((_, index) => index + 1));
    expect(domain.REJECT_TEXTS).toHaveLength(rejects.length + 1);
    const cancels = constantsOf('CANCEL_');
    expect(cancels.map(([code]) => code)).toEqual(cancels.map((_, index) => index + 1));
    expect(domain.CANCEL_REASON_NAMES).toHaveLength(cancels.length + 1);
    expect(Object.keys(CANCEL_MEANINGS).sort()).toEqual(cancels.map(([, name]) => name).sort());
  });

  it('writes fault texts as sentences and never says "invalid"', () => {
    for (const [code, { meaning, mend }] of Object.entries(FAULTS)) {
      expect(meaning, code).toMatch(/^[A-Z].*\.$/);
      expect(mend, code).toMatch(/^[A-Z].*\.$/);
    }
    for (const text of [...domain.REJECT_TEXTS, ...Object.values(QUARANTINE_REASONS)]) {
      expect(text).not.toMatch(/invalid/i);
    }
    expect(codeOnly(readProjectFile('src/base/fault-codes.ts'))).toContain('FAULTS');
  });
});
