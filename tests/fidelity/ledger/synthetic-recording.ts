/**
 * What the ledger scores: a recording made by the simulator, so that anybody can make it again to the last bit. Random flow of two
 * kinds, one of which acts in bursts with small prices and large orders: rates, sizes and spreads change as those of no Poisson process do.
 */

import { RandomFlow } from '../../../src/agents/index.ts';
import { RecordsFlow } from '../../../src/services/fidelity/flow/records-flow.ts';
import type { ReadFlow } from '../../../src/services/index.ts';
import { World } from '../../../src/world/index.ts';

const SEED = 20_240_229;
const SECONDS = 420;
const NS_PER_S = 1e9;
const START_NS = 34_200 * NS_PER_S;
/** Bursts begin so often and last so long, s. */
const EVERY_S = 30;
const BURST_S = 9;
const INSTRUMENT = { symbol: 'LEDGER', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' };
const NO_DELAY = { orderDelayNs: 0, answerDelayNs: 0, feedDelayNs: 0 };

export interface SyntheticRecording {
  readonly flow: ReadFlow;
  /** Digest of the run that made it. */
  readonly digest: string;
}

export function syntheticRecording(): SyntheticRecording {
  const names = { symbol: INSTRUMENT.symbol, tickSize: INSTRUMENT.tickSize };
  const sink = new RecordsFlow({ ...names, unitsPerLot: 1, levels: 10, instrument: 0 });
  const spec = {
    ...{ seed: SEED, instruments: [INSTRUMENT], startNs: START_NS, dayEndNs: null },
    groups: [calm, bursts].map((create) => ({ create, links: () => NO_DELAY })),
  };
  const world = new World(spec, sink);
  world.run(START_NS + SECONDS * NS_PER_S);
  const digest = world.finish();
  const { stream, remarks } = sink;
  return { flow: { stream, remarks, setAside: {}, source: 'synthetic recording' }, digest };
}

const MARKETS = [{ instrument: 0, referenceTicks: 10_000 }];

function calm(): RandomFlow {
  return new RandomFlow({
    ...{ name: 'calm', count: 20, markets: MARKETS },
    limitRates: [1.2, 1.6, 1.8, 1.4, 1, 0.7, 0.5, 0.3],
    marketRate: 0.6,
    cancelRates: [0.35, 0.3, 0.25, 0.2, 0.15],
    lots: [10, 50, 100, 100, 200],
  });
}

function bursts(): RandomFlow {
  const active = Array.from({ length: Math.floor(SECONDS / EVERY_S) }, (_, i) => {
    const fromNs = START_NS + (i + 0.5) * EVERY_S * NS_PER_S;
    return { fromNs, untilNs: fromNs + BURST_S * NS_PER_S };
  });
  return new RandomFlow({
    ...{ name: 'bursts', count: 20, markets: MARKETS, active },
    limitRates: [6, 9, 6, 3],
    marketRate: 9,
    cancelRates: [0.8, 0.8, 0.6],
    lots: [1, 2, 5, 500],
  });
}
