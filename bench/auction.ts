/**
 * An uncross of 100,000 orders on 1,000 prices with Nasdaq's rule: interest, price and the fill of every order. On a book of
 * some thousand orders also against brute force, which asks every order at every tick. Prints one JSON line.
 *
 *   npm run bench:auction -- [--tiny] [--pretty] [--rounds n]
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { invariant, Xoshiro128 } from '../src/base/index.ts';
import { BUY, SELL } from '../src/domain/index.ts';
import {
  type Allocation,
  AUCTION_CROSS_ONLY,
  AUCTION_IMBALANCE_ONLY,
  AUCTION_MARKET,
  AuctionOrders,
  allocateCross,
  buildInterest,
  checkAuctionConfig,
  findClearingPrice,
  type PriceContext,
} from '../src/market/index.ts';
import { bruteForceUncross } from './support/brute-force-auction.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  median,
  printResult,
  ResultHash,
  ratioOf,
  rounded,
  runBenchmark,
  type Timing,
} from './support/harness.ts';

const SEED = 20_261_125;
const LOW_TICKS = 9_500;
const MARKET_SHARE_PERCENT = 5;
const HIDDEN_SHARE_PERCENT = 10;
const IMBALANCE_ONLY_SHARE_PERCENT = 2;
const LOTS_MAX = 1_000;
const BUDGET_MS = 20;

const preset = fileURLToPath(new URL('../configs/venues/auctions/nasdaq.yaml', import.meta.url));
const { price, allocation } = checkAuctionConfig(parse(readFileSync(preset, 'utf8')));

/** Orders in time order: limits spread evenly over the prices on both sides, so that half of the book crosses. */
function createOrders(count: number, prices: number): AuctionOrders {
  const random = new Xoshiro128(SEED);
  const orders = new AuctionOrders(count);
  const chance = (percent: number): boolean => random.nextBelow(100) < percent;
  for (let i = 0; i < count; i++) {
    const side = random.nextBelow(2) === 0 ? BUY : SELL;
    const lots = 1 + random.nextBelow(LOTS_MAX);
    const hidden = chance(HIDDEN_SHARE_PERCENT) ? random.nextBelow(lots + 1) : 0;
    const ticks = LOW_TICKS + random.nextBelow(prices);
    let flags = 0;
    if (chance(MARKET_SHARE_PERCENT)) flags = AUCTION_MARKET | AUCTION_CROSS_ONLY;
    else if (chance(IMBALANCE_ONLY_SHARE_PERCENT)) flags = AUCTION_IMBALANCE_ONLY | AUCTION_CROSS_ONLY;
    orders.add(side, ticks, lots, hidden, flags, i);
  }
  return orders;
}

function contextFor(prices: number): PriceContext {
  const middle = LOW_TICKS + (prices >> 1);
  return {
    stepTicks: 1,
    referenceTicks: middle,
    quote: { bidTicks: middle - 1, askTicks: middle + 1 },
    threshold: { bps: 1000, minTicks: 50 },
    collar: null,
  };
}

function uncross(orders: AuctionOrders, context: PriceContext): Allocation {
  const interest = buildInterest(orders);
  const { priceTicks } = findClearingPrice(interest, price.cross, context);
  invariant(priceTicks !== null, 'a book that crosses has a price');
  return allocateCross(orders, interest, priceTicks, allocation);
}

function hashOf({ priceTicks, fillLots }: Pick<Allocation, 'priceTicks' | 'fillLots'>): string {
  const hash = new ResultHash();
  hash.mix(priceTicks);
  for (const lots of fillLots) hash.mix(lots);
  return hash.hex;
}

function main(): void {
  const options = benchOptions(21);
  const [count, prices] = options.isTiny ? [5_000, 100] : [100_000, 1_000];
  const [smallCount, smallPrices] = options.isTiny ? [500, 50] : [5_000, 200];
  const orders = createOrders(count, prices);
  const small = createOrders(smallCount, smallPrices);
  const context = contextFor(prices);
  const smallContext = contextFor(smallPrices);
  let full: Allocation | null = null;
  const smallHashes = new Set<string>();
  const [uncrossing, ours, brute] = interleave(
    [
      { name: 'uncross', units: 1, run: () => (full = uncross(orders, context)) },
      { name: 'uncross, small', units: 1, run: () => smallHashes.add(hashOf(uncross(small, smallContext))) },
      {
        name: 'brute force, small',
        units: 1,
        run: () => smallHashes.add(hashOf(bruteForceUncross(small, smallContext))),
      },
    ],
    options.rounds,
    options.isTiny ? 1 : 5,
  ) as [Timing, Timing, Timing];
  invariant(full !== null, 'the uncross ran');
  invariant(smallHashes.size === 1, 'the uncross and brute force fill the same orders');
  const { priceTicks, volumeLots, fillLots } = full as Allocation;
  const medianMs = median(uncrossing.wallRounds) / 1e6;
  printResult(
    options,
    {
      bench: 'auction',
      workload: `uncross of ${count} orders on ${prices} prices, ${MARKET_SHARE_PERCENT} % market orders, seed ${SEED}`,
      hash: hashOf(full) + [...smallHashes][0]!,
      rounds: options.rounds,
      baseline: `brute force over every tick, ${smallCount} orders on ${smallPrices} prices`,
      ratio: ratioOf(brute, ours),
      medianMs: rounded(medianMs),
      budgetMs: BUDGET_MS,
      isWithinBudget: medianMs < BUDGET_MS,
      priceTicks,
      volumeLots,
      filledOrders: fillLots.reduce((sum, lots) => sum + (lots > 0 ? 1 : 0), 0),
      uncross: figuresOf(uncrossing),
      small: figuresOf(ours),
      bruteForceSmall: figuresOf(brute),
    },
    [uncrossing, ours, brute],
  );
}

await runBenchmark(main);
