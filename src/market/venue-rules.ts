/** The checks of what a venue lists and of the rules that are given for it. */

import { TwinError } from '../base/index.ts';
import type { Instrument } from '../domain/index.ts';
import { checkBookAllocation } from './allocation/book-allocation.ts';
import type { BookRules } from './book/contract.ts';

/** Symbols name one instrument each, and rules are given for symbols that there are. Raises MKT_CONFIG. */
export function requireSymbols(
  instruments: readonly Instrument[],
  rulesOf: Readonly<Record<string, unknown>>,
): void {
  const symbols = new Set<string>();
  for (const { symbol } of instruments) {
    if (symbols.has(symbol)) throw new TwinError('MKT_CONFIG', 'a symbol is listed once', { symbol });
    symbols.add(symbol);
  }
  for (const symbol of Object.keys(rulesOf)) {
    if (!symbols.has(symbol))
      throw new TwinError('MKT_CONFIG', 'rules are given for listed symbols', {
        symbol,
        listed: [...symbols].join(','),
      });
  }
}

/** Allowed values of each rule; `allocation` may also be an algorithm, or parity. */
const RULE_CHOICES: Readonly<Record<Exclude<keyof BookRules, 'protectionTicks'>, readonly unknown[]>> = {
  icebergRefresh: ['roundRobin', 'roundRobinAfterHidden', 'displayThenHiddenTime'],
  allocation: ['fifo'],
  replaceLosesPriority: ['standard', 'always'],
  replaceQty: ['total', 'open'],
  stopAlreadyTriggered: ['reject', 'enter'],
  stopLimitBeyondStop: ['reject', 'allow'],
  publishLevels: [true, false],
};

/** Raises MKT_CONFIG for a rule or a value that there is not. */
export function requireRules(rules: Partial<BookRules>): void {
  for (const [name, value] of Object.entries(rules)) {
    if (name === 'protectionTicks') {
      requireProtection(value);
      continue;
    }
    const choices = (RULE_CHOICES as Readonly<Record<string, readonly unknown[]>>)[name];
    if (choices === undefined)
      throw new TwinError(
        'MKT_CONFIG',
        `a rule is one of ${[...Object.keys(RULE_CHOICES), 'protectionTicks'].join(', ')}`,
        {
          rule: name,
        },
      );
    if (name === 'allocation' && value !== undefined) {
      checkBookAllocation(value, name);
      continue;
    }
    if (value !== undefined && !choices.includes(value))
      throw new TwinError('MKT_CONFIG', `${name} is one of ${choices.join(', ')}`, { [name]: value });
  }
}

/** Largest distance of a protected market order from the price it is counted from, ticks. */
export const PROTECTION_TICKS_MAX = 1_000_000_000;

function requireProtection(value: unknown): void {
  const isTicks = Number.isInteger(value) && Number(value) >= 0 && Number(value) <= PROTECTION_TICKS_MAX;
  if (value === undefined || value === null || isTicks) return;
  throw new TwinError(
    'MKT_CONFIG',
    `protectionTicks is a whole number 0 to ${PROTECTION_TICKS_MAX}, or null`,
    {
      protectionTicks: value as number,
    },
  );
}
