/**
 * A series that goes from contract to contract, as a dataset of its own: its records are those of the contract whose turn it is, under
 * the name of the series (`ES.c.0`), raw or with the steps between contracts taken out of the past.
 *
 *   contracts of the product ─► rolls (rolls.ts) ─► step of each roll (roll-steps.ts) ─► records, span by span
 */

import { TwinError } from '../../base/index.ts';
import { derive } from '../lake/derive.ts';
import type { Lake } from '../lake/lake.ts';
import type { Part } from '../lake/part-writer.ts';
import type { RecordSource } from '../lake/record-source.ts';
import { ALT, type SchemaName } from '../registry.ts';
import { PriceColumns } from '../schema/price-columns.ts';
import { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { type FuturesCode, parseFutureSymbol } from '../symbols/futures-code.ts';
import { dailyFigures } from './daily-figures.ts';
import { type RollStep, stepOf } from './roll-steps.ts';
import { type Contract, nextContract, planRolls, ROLL_RULES, type RollRule } from './rolls.ts';
import { TradingDays } from './trading-days.ts';

const MAKER = { name: 'roll', version: 1 };
/** Schemas that a series is made of. */
const ROLLED: readonly SchemaName[] = ['bar', 'trade', 'bbo'];
export const ROLL_ADJUSTMENTS = ['none', 'difference', 'ratio'] as const;
/** What is done to prices before a roll: nothing, or so much added, or multiplied, that the series does not step there. */
export type RollAdjustment = (typeof ROLL_ADJUSTMENTS)[number];
/** Letters of the rules in the names of series, as Databento has them; `m` is our own. */
const RULE_LETTERS: Readonly<Record<RollRule, string>> = {
  calendar: 'c',
  month: 'm',
  volume: 'v',
  openInterest: 'n',
};

/** What is known of a product; `expiryOf` a contract gives null where its rule does not tell the last day. */
export interface RollProduct {
  readonly months: string;
  readonly day: { readonly zone: string; readonly fromNs: number };
  readonly expiryOf: (code: FuturesCode) => string | null;
}

export interface ContinuousRequest {
  readonly dataset: string;
  /** Dataset with definitions and open interest, where the first one has none. */
  readonly facts: string | null;
  /** Code of the product: ES. */
  readonly root: string;
  readonly rule: RollRule;
  /** For the rule `calendar`: calendar days before the last day. */
  readonly days: number;
  readonly adjust: RollAdjustment;
  /** 0 is the contract whose turn it is, 1 the one behind it, … */
  readonly rank: number;
  readonly name: string | null;
}

export interface ContinuousRoll {
  readonly day: string;
  readonly from: string;
  readonly to: string;
  /** Last prices of both before the roll. */
  readonly fromPrice: number;
  readonly toPrice: number;
}

export interface ContinuousResult {
  readonly dataset: string;
  readonly symbol: string;
  readonly records: number;
  readonly rolls: readonly ContinuousRoll[];
  /** Whether it was there already. */
  readonly isOld: boolean;
}

/** A contract's turn. Half-open. */
interface Turn {
  readonly contract: Contract;
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** What its prices are multiplied by, and then added, in steps of 1e-9. */
  readonly factor: number;
  readonly steps: number;
}

/** Makes the dataset, or what is left of it to make. Raises DATA_NOT_FOUND, DATA_REQUEST, DATA_LAKE. */
export async function continuousDataset(
  lake: Lake,
  request: ContinuousRequest,
  product: RollProduct,
  codeVersion: string,
  signal?: AbortSignal,
): Promise<ContinuousResult> {
  checkRequest(request);
  const parts = partsOf(lake, request, product);
  const source = lake.source([request.dataset]);
  const facts = request.facts === null ? source : lake.source([request.facts]);
  const contracts = await contractsOf(parts, facts, product);
  const days = new TradingDays(product.day.zone, product.day.fromNs);
  const figures = await dailyFigures(request.rule, { source, facts, days, contracts });
  const spans = parts.flatMap(({ firstNs, lastNs }) => [BigInt(firstNs), BigInt(lastNs)]);
  const firstNs = spans.reduce((least, ns) => (ns < least ? ns : least));
  const lastNs = spans.reduce((most, ns) => (ns > most ? ns : most));
  const { months } = product;
  const plan = planRolls({
    ...request,
    contracts,
    months,
    firstDay: days.dayOf(firstNs),
    lastDay: days.dayOf(lastNs),
    figures,
  });
  const ranked = (contract: Contract): Contract => {
    let found = contract;
    for (let left = request.rank; left > 0; left--) found = nextContract({ contracts, months }, found);
    return found;
  };
  const steps: RollStep[] = [];
  for (const { day, from, to } of plan.rolls)
    steps.push(await stepOf(source, days, { day, from: ranked(from), to: ranked(to) }));
  const turns = turnsOf(ranked(plan.first), steps, request.adjust, [firstNs, lastNs + 1n]);
  const symbol = `${request.root}.${RULE_LETTERS[request.rule]}.${request.rank}`;
  const rolls = steps.map(({ day, from, to, fromPrice, toPrice }) => ({
    day,
    from: from.symbol,
    to: to.symbol,
    fromPrice,
    toPrice,
  }));
  const { root, rule, adjust, rank, name, dataset: parent } = request;
  const { dataset, records, isOld } = await derive(
    lake,
    {
      maker: MAKER,
      parents: request.facts === null ? [parent] : [parent, request.facts],
      request: {
        root,
        rule,
        ...(rule === 'calendar' ? { days: request.days } : {}),
        adjust,
        rank,
        symbol,
        rolls,
      },
      name,
      codeVersion,
      ...(signal === undefined ? {} : { signal }),
    },
    async (ofVenue, take) => {
      for (const turn of turns) await writeTurn(ofVenue, turn, symbol, take);
      await take(contractRecords(turns, symbol, adjust) as unknown as RecordBatch);
      return { rolls: rolls.length };
    },
  );
  return { dataset, symbol, records, rolls, isOld };
}

function checkRequest({ rule, days, adjust, rank }: ContinuousRequest): void {
  const problems: string[] = [];
  if (!ROLL_RULES.includes(rule)) problems.push(`rule=${rule} (allowed: ${ROLL_RULES.join(', ')})`);
  if (!ROLL_ADJUSTMENTS.includes(adjust))
    problems.push(`adjust=${adjust} (allowed: ${ROLL_ADJUSTMENTS.join(', ')})`);
  if (!Number.isInteger(days) || days < 0 || days > 366) problems.push(`days=${days} (0 to 366)`);
  if (!Number.isInteger(rank) || rank < 0 || rank > 11) problems.push(`rank=${rank} (0 to 11)`);
  if (problems.length > 0)
    throw new TwinError('DATA_REQUEST', 'a series of futures is asked for by a rule that there is', {
      problems,
    });
}

/** Parts of the contracts of the series. */
function partsOf(lake: Lake, { dataset, root }: ContinuousRequest, { months }: RollProduct): Part[] {
  const rolled = lake.dataset(dataset).parts.filter(({ schema }) => ROLLED.includes(schema));
  const parts = rolled.filter((part) => codeOf(part)?.root === root && isInTurn(codeOf(part)!, months));
  const venues = [...new Set(parts.map(({ venue }) => venue))];
  if (venues.length === 1) return parts;
  const roots = [...new Set(rolled.map((part) => codeOf(part)?.root ?? null).filter((one) => one !== null))];
  throw new TwinError(
    'DATA_REQUEST',
    'a series is made of bars, trades or quotes of contracts of one product at one venue',
    { dataset, root, months, venues, has: roots },
  );
}

function codeOf({ symbol, firstNs }: Part): FuturesCode | null {
  return parseFutureSymbol(symbol, new Date(Number(BigInt(firstNs) / 1_000_000n)).getUTCFullYear());
}

function isInTurn({ month }: FuturesCode, months: string): boolean {
  return months.includes('FGHJKMNQUVXZ'[month - 1]!);
}

/** Contracts in order of delivery; definitions go before the rule of the product. */
async function contractsOf(
  parts: readonly Part[],
  facts: RecordSource,
  product: RollProduct,
): Promise<Contract[]> {
  const told = new Map<string, string>();
  for await (const batch of facts.read({ schema: 'definition' })) {
    for (const { symbol, assetClass, expiry } of batch.rows())
      if (assetClass === 'future' && expiry !== null) told.set(symbol, expiry);
  }
  const contracts = new Map<string, Contract>();
  for (const part of parts) {
    const code = codeOf(part)!;
    const { symbol } = part;
    const known = contracts.get(symbol);
    if (known !== undefined && known.year !== code.year)
      throw new TwinError('DATA_REQUEST', 'a symbol of a future means one contract within a dataset', {
        symbol,
        years: [known.year, code.year],
      });
    const expiry = told.get(symbol) ?? product.expiryOf(code);
    contracts.set(symbol, { symbol, year: code.year, month: code.month, expiry });
  }
  return [...contracts.values()].sort((a, b) => a.year - b.year || a.month - b.month);
}

/** The turns of the contracts, the last one as it traded. */
function turnsOf(
  first: Contract,
  steps: readonly RollStep[],
  adjust: RollAdjustment,
  [firstNs, endNs]: readonly [bigint, bigint],
): Turn[] {
  const contracts = [first, ...steps.map(({ to }) => to)];
  let factor = 1;
  let shift = 0;
  const turns = contracts.map((contract, index) => ({
    contract,
    fromNs: steps[index - 1]?.atNs ?? firstNs,
    toNs: steps[index]?.atNs ?? endNs,
    factor,
    steps: shift,
  }));
  for (let index = turns.length - 2; index >= 0; index--) {
    const { fromPrice, toPrice } = steps[index]!;
    if (adjust === 'ratio') {
      if (fromPrice <= 0 || toPrice <= 0)
        throw new TwinError('DATA_REQUEST', 'a series is adjusted by ratios of positive prices', {
          ...steps[index],
        });
      factor *= toPrice / fromPrice;
    }
    if (adjust === 'difference') shift += Math.round(toPrice * 1e9) - Math.round(fromPrice * 1e9);
    turns[index] = { ...turns[index]!, factor, steps: shift };
  }
  return turns;
}

async function writeTurn(
  source: RecordSource,
  { contract, fromNs, toNs, factor, steps }: Turn,
  symbol: string,
  take: (batch: RecordBatch) => Promise<void>,
): Promise<void> {
  const isChanged = factor !== 1 || steps !== 0;
  for (const schema of (await source.schemas()).filter((name) => ROLLED.includes(name))) {
    for await (const read of source.read({ schema, symbols: [contract.symbol], fromNs, toNs })) {
      const batch = read as unknown as RecordBatch;
      const names = batch.column('symbol') as SymbolColumn;
      const code = names.code(symbol);
      const prices = new PriceColumns(batch);
      for (let row = 0; row < batch.count; row++) {
        names.codes[row] = code;
        if (isChanged) prices.change(row, factor, steps);
      }
      await take(batch);
    }
  }
}

/** Which contract the records of the series are of, and what was done to its prices: a record of `alt` for each turn. */
function contractRecords(
  turns: readonly Turn[],
  symbol: string,
  adjust: RollAdjustment,
): RecordBatch<typeof ALT> {
  const batch = new RecordBatch(ALT);
  for (const [sourceIndex, { contract, fromNs, factor, steps }] of turns.entries()) {
    const head = { symbol, tsEvent: fromNs, source: 0, sourceIndex, series: 'contract' };
    const done =
      adjust === 'none'
        ? {}
        : adjust === 'ratio'
          ? { value: factor, unit: 'factor' }
          : { value: steps / 1e9, unit: 'price' };
    batch.push({ ...head, textValue: contract.symbol, ...done });
  }
  return batch;
}
