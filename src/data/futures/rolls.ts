/**
 * When a series goes from one contract to the next. Whatever decides is known before the day on which it does:
 *
 *   calendar      so many days before the last day of the contract
 *   month         on the first day of the month of delivery
 *   volume        on the day after the first one on which the next contract traded more
 *   openInterest  the same by contracts that are open
 *
 * It never goes back, and by volume and open interest it leaves a contract on its last day at the latest.
 */

import { TwinError } from '../../base/index.ts';
import { MONTH_LETTERS } from '../symbols/futures-code.ts';
import { plusDays } from './trading-days.ts';

export const ROLL_RULES = ['calendar', 'month', 'volume', 'openInterest'] as const;
export type RollRule = (typeof ROLL_RULES)[number];

export interface Contract {
  readonly symbol: string;
  readonly year: number;
  /** Month of delivery, 1 to 12. */
  readonly month: number;
  /** Last day of trading, YYYY-MM-DD; null where nobody tells it. */
  readonly expiry: string | null;
}

export interface Roll {
  /** First day on which the new contract counts. */
  readonly day: string;
  readonly from: Contract;
  readonly to: Contract;
}

export interface RollPlan {
  /** The contract that the series begins with. */
  readonly first: Contract;
  readonly rolls: readonly Roll[];
}

/** Figures of a day by symbol: volume, or open interest. */
export type DailyFigures = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface RollRequest {
  readonly rule: RollRule;
  /** For `calendar`: calendar days before the last day. */
  readonly days: number;
  /** In order of delivery; the months that the series goes through, and no others. */
  readonly contracts: readonly Contract[];
  /** Letters of these months. */
  readonly months: string;
  readonly firstDay: string;
  readonly lastDay: string;
  /** For `volume` and `openInterest`. */
  readonly figures: DailyFigures;
}

/** The rolls within the days of the data. Raises DATA_REQUEST where a contract, its last day, or every figure is missing. */
export function planRolls(request: RollRequest): RollPlan {
  const isByFigure = request.rule === 'volume' || request.rule === 'openInterest';
  return isByFigure ? planByFigures(request) : planByDays(request);
}

function planByDays(request: RollRequest): RollPlan {
  const { contracts, firstDay, lastDay } = request;
  const first = contracts.find((contract) => rollDay(request, contract) > firstDay);
  if (first === undefined)
    throw new TwinError('DATA_REQUEST', 'a series begins with a contract that it has not left yet', {
      firstDay,
      contracts: contracts.map(({ symbol }) => symbol),
    });
  const rolls: Roll[] = [];
  for (let from = first; rollDay(request, from) <= lastDay; from = rolls.at(-1)!.to)
    rolls.push({ day: rollDay(request, from), from, to: nextContract(request, from) });
  return { first, rolls };
}

function rollDay({ rule, days }: RollRequest, contract: Contract): string {
  if (rule === 'month') return `${contract.year}-${String(contract.month).padStart(2, '0')}-01`;
  return plusDays(expiryOf(contract), -days);
}

function planByFigures(request: RollRequest): RollPlan {
  const { rule, contracts, figures, firstDay, lastDay } = request;
  const days = [...figures.keys()].filter((day) => day >= firstDay && day <= lastDay).sort();
  const largest = (of: ReadonlyMap<string, number>): Contract | null => {
    const known = contracts.filter(({ symbol }) => of.has(symbol));
    return known.reduce<Contract | null>(
      (best, one) => (best === null || of.get(one.symbol)! > of.get(best.symbol)! ? one : best),
      null,
    );
  };
  const first = days.map((day) => largest(figures.get(day)!)).find((contract) => contract !== null);
  if (first === undefined || first === null)
    throw new TwinError('DATA_REQUEST', `a series that goes by ${rule} has records of it`, {
      needs:
        rule === 'volume'
          ? 'bars with a volume, or trades'
          : 'statistics of kind openInterest, or bars with it',
    });
  const rolls: Roll[] = [];
  let from = first;
  for (const [index, day] of days.entries()) {
    const next = contracts.find((contract) => isAfter(contract, from));
    const of = figures.get(day)!;
    const isLess = next !== undefined && (of.get(from.symbol) ?? 0) < (of.get(next.symbol) ?? 0);
    // The last day comes before there are figures of another one.
    const isOver = from.expiry !== null && (days[index + 1] ?? lastDay) >= from.expiry;
    if (!isLess && !isOver) continue;
    const rollOn = isLess ? plusDays(day, 1) : from.expiry!;
    if (rollOn > lastDay) break;
    rolls.push({ day: rollOn, from, to: nextContract(request, from) });
    from = rolls.at(-1)!.to;
  }
  return { first, rolls };
}

function isAfter(one: Contract, other: Contract): boolean {
  return one.year * 12 + one.month > other.year * 12 + other.month;
}

/** The contract of the next month in turn; one that is not there is a hole that a series must not jump over. */
export function nextContract(
  { contracts, months }: Pick<RollRequest, 'contracts' | 'months'>,
  { symbol, year, month }: Contract,
): Contract {
  let [nextYear, nextMonth] = [year, month];
  do {
    nextMonth = (nextMonth % 12) + 1;
    if (nextMonth === 1) nextYear++;
  } while (!months.includes(MONTH_LETTERS[nextMonth - 1]!));
  const next = contracts.find((one) => one.year === nextYear && one.month === nextMonth);
  if (next !== undefined) return next;
  throw new TwinError('DATA_REQUEST', 'a series has data of the contract it goes to', {
    from: symbol,
    to: `${MONTH_LETTERS[nextMonth - 1]}${nextYear}`,
    months,
    has: contracts.map((one) => one.symbol),
  });
}

function expiryOf({ symbol, expiry }: Contract): string {
  if (expiry !== null) return expiry;
  throw new TwinError(
    'DATA_REQUEST',
    'the last day of a contract is known from its definition or its product',
    {
      contract: symbol,
    },
  );
}
