/** Names of instruments over time and across vendors. */

import { TwinError } from '../base/index.ts';
import {
  type Lake,
  type NameSpan,
  readSpelling,
  readSymbolHistory,
  SPELLERS,
  type Speller,
  type SymbolHistory,
  spell,
} from '../data/index.ts';
import { plusDays } from '../market/index.ts';

export interface SymbolTable {
  readonly symbol: string;
  /** The day on which the name is meant, YYYY-MM-DD. */
  readonly day: string;
  /** Names of the instrument that has it on that day, in order of days. */
  readonly names: readonly NameSpan[];
  /** Names of the others that ever had it. */
  readonly others: readonly (readonly NameSpan[])[];
  /** Vendors' spellings of the name, null where a vendor has no such thing. */
  readonly spellings: Readonly<Record<Speller, string | null>>;
}

/** What is known of a name. `actions` are datasets with changes of names; without any only spellings are told. Raises DATA_NOT_FOUND, DATA_REQUEST. */
export async function symbolTable(
  lake: Lake,
  symbol: string,
  day: string,
  actions: readonly string[],
): Promise<SymbolTable> {
  const instrument = readSpelling(symbol, Number(day.slice(0, 4)));
  const spelled = SPELLERS.map(
    (vendor) => [vendor, instrument === null ? null : spell(instrument, vendor)] as const,
  );
  const spellings = Object.fromEntries(spelled) as Record<Speller, string | null>;
  const alone = { symbol, from: null, until: null };
  if (actions.length === 0) return { symbol, day, names: [alone], others: [], spellings };
  const history = await readSymbolHistory(lake.source(actions));
  const names = history.namesOf(symbol, day);
  const first = names[0]!;
  const others = history
    .bearersOf(symbol)
    .filter(([one]) => one!.symbol !== first.symbol || one!.from !== first.from);
  return { symbol, day, names, others, spellings };
}

/**
 * The names that a vendor has to be asked for: those which the instruments, named on `day`, had on the days of a request. Raises
 * DATA_REQUEST, with the names and their days, where one changed within them, and for a request without days.
 */
export async function namesOnDays(
  lake: Lake,
  actions: readonly string[],
  asked: { readonly symbols: readonly string[]; readonly from: string | null; readonly to: string | null },
  day: string,
): Promise<string[]> {
  const { symbols, from, to } = asked;
  if (from === null || to === null)
    throw new TwinError('DATA_REQUEST', 'names of other days are looked up for days that are given', {
      from,
      to,
    });
  const history = await readSymbolHistory(lake.source(actions));
  return symbols.map((symbol) => nameWithin(history, symbol, day, { from, to }));
}

function nameWithin(
  history: SymbolHistory,
  symbol: string,
  day: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const names = history
    .namesOf(symbol, day)
    .filter((span) => (span.from === null || span.from <= to) && (span.until === null || span.until > from));
  if (names.length === 1) return names[0]!.symbol;
  const days = names.map((span) => {
    const first = span.from === null || span.from < from ? from : span.from;
    const last = span.until === null || span.until > to ? to : plusDays(span.until, -1);
    return `${span.symbol} ${first}..${last}`;
  });
  const rule =
    names.length === 0
      ? 'an instrument has a name on the days of a request'
      : 'a request is for days on which a name stays: ask for each part';
  throw new TwinError('DATA_REQUEST', rule, { symbol, day, from, to, names: days });
}
