/** A case of the order book battery: a name, the rules that differ, and a script (tests/support/book-script.ts). */

import { describe, it } from 'vitest';
import type { BookRules } from '../../src/market/index.ts';
import { type CreateBook, runBookScript } from '../support/book-script.ts';

export type BookCase = readonly [name: string, rules: Partial<BookRules>, script: string];

/** Declares a group of cases. Level records are off unless a case asks for them, so that scripts stay short. */
export function declareCases(create: CreateBook, group: string, cases: readonly BookCase[]): void {
  describe(group, () => {
    it.each(cases)('%s', (_, rules, script) => {
      runBookScript(create, { publishLevels: false, ...rules }, script);
    });
  });
}
