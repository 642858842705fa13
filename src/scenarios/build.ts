/** From a checked scenario to the spec of a world that runs it. */

import { RandomFlow } from '../agents/index.ts';
import { TwinError } from '../base/index.ts';
import { defineInstrument, type InstrumentSpec, PRICE_TICKS_MAX, parseTicks } from '../domain/index.ts';
import type { BookRules } from '../market/index.ts';
import type { GroupSpec, Links, WorldSpec } from '../world/index.ts';
import { planDelay } from './delay.ts';
import type { Scenario } from './schema.ts';

const NS_PER_SECOND = 1_000_000_000;
const NS_PER_US = 1000;

export interface RunPlan {
  readonly spec: WorldSpec;
  readonly instruments: readonly InstrumentSpec[];
  /** Simulated time runs from 0 (the open) to this. */
  readonly endNs: number;
}

/** Raises MKT_CONFIG when an instrument's sizes do not fit together or a reference price is off its tick. */
export function planRun(scenario: Scenario): RunPlan {
  const instruments = scenario.instruments.map(({ symbol, tickSize, lotSize, currency, minorUnit }) => ({
    symbol,
    tickSize,
    lotSize,
    currency,
    minorUnit,
  }));
  const markets = scenario.instruments.map((instrument, index) => ({
    instrument: index,
    referenceTicks: referenceTicks(defineInstrument(instruments[index]!, index), instrument.referencePrice),
  }));
  const endNs = (secondsOfDay(scenario.close) - secondsOfDay(scenario.open)) * NS_PER_SECOND;
  return {
    instruments,
    endNs,
    spec: {
      seed: scenario.seed,
      instruments,
      rules: scenario.rules as Partial<BookRules>,
      rulesOf: Object.fromEntries(
        scenario.instruments.map((instrument) => [instrument.symbol, instrument.rules as Partial<BookRules>]),
      ),
      groups: scenario.agents.map((group) => planGroup(group, scenario, markets)),
      dayEndNs: endNs,
    },
  };
}

/** A price that no order could have would leave every book empty without a word. */
function referenceTicks(instrument: InstrumentSpec, price: string): number {
  const ticks = parseTicks(instrument, price);
  if (ticks <= PRICE_TICKS_MAX) return ticks;
  throw new TwinError('MKT_CONFIG', 'referencePrice is at most 2147483646 ticks', {
    symbol: instrument.symbol,
    referencePrice: price,
    tickSize: instrument.tickSize,
  });
}

function planGroup(
  group: Scenario['agents'][number],
  scenario: Scenario,
  markets: readonly { instrument: number; referenceTicks: number }[],
): GroupSpec {
  const traded = markets.filter(
    ({ instrument }) => group.instruments?.includes(scenario.instruments[instrument]!.symbol) ?? true,
  );
  const order = planDelay(group.links.orderUs);
  const answer = planDelay(group.links.answerUs);
  const links: Links = {
    orderDelayNs: order.delayNs,
    answerDelayNs: answer.delayNs,
    feedDelayNs: Math.round(group.links.feedUs * NS_PER_US),
    ...(order.createModel === null ? {} : { orderModel: order.createModel }),
    ...(answer.createModel === null ? {} : { answerModel: answer.createModel }),
  };
  return {
    create: () =>
      new RandomFlow({
        name: group.name,
        count: group.count,
        markets: traded,
        limitRates: group.limitRates,
        marketRate: group.marketRate,
        cancelRates: group.cancelRates,
        lots: group.lots,
      }),
    links: () => links,
  };
}

function secondsOfDay(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
