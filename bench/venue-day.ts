/**
 * A whole trading day at a venue: 10 stocks, 1,000 random-flow traders, pre-market, opening cross, core with LULD, closing cross,
 * post-market, fees of every fill; against the same traders in a market that is open from open to close and has no rules.
 * Prints one JSON line.
 *
 *   npm run bench:venue-day -- [--tiny] [--pretty] [--rounds n]
 */

import { fileURLToPath } from 'node:url';
import { checkScenario, planRun, type RunPlan } from '../src/scenarios/index.ts';
import { raiseInliningBudget, resolveVenue, ZONE_CLOCK } from '../src/services/index.ts';
import { NULL_SINK, World } from '../src/world/index.ts';
import {
  benchOptions,
  figuresOf,
  interleave,
  printResult,
  ratioOf,
  rounded,
  runBenchmark,
} from './support/harness.ts';

const SEED = 20_261_124;
const SYMBOLS = 10;
const BUDGET_SECONDS = 60;
const VENUES = fileURLToPath(new URL('../configs/venues', import.meta.url));

function planOf(isTiny: boolean, venue: string | null): RunPlan {
  const symbols = isTiny ? 1 : SYMBOLS;
  const agents = {
    kind: 'randomFlow',
    name: 'flow',
    count: isTiny ? 10 : 1_000,
    from: '09:25',
    until: isTiny ? '09:40' : '16:05',
    limitRates: [1.85, 1.51, 1.09, 0.88, 0.77, 0.6, 0.5, 0.4, 0.3, 0.25],
    marketRate: 0.94,
    ...(venue === null ? {} : { onOpenRate: 0.05, onCloseRate: 0.05 }),
    cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47],
    lots: [100, 200, 300],
    links: { orderUs: 250, answerUs: 250, feedUs: 400 },
  };
  const scenario = {
    name: 'venue-day',
    seed: SEED,
    date: '2026-01-05',
    ...(venue === null ? { open: '09:25', close: '16:05' } : { venue: resolveVenue(venue, VENUES) }),
    instruments: Array.from({ length: symbols }, (_, i) => ({
      symbol: `SYM${i}`,
      referencePrice: 50 + 10 * i,
    })),
    agents: [agents],
  };
  return planRun(checkScenario(scenario, 'bench'), ZONE_CLOCK);
}

function main(): void {
  raiseInliningBudget();
  const options = benchOptions(3);
  const results = new Map<string, { digest: string; commands: number; trades: number }>();
  const run = (name: string, plan: RunPlan) => () => {
    const world = new World(plan.spec, NULL_SINK);
    world.run(plan.endNs);
    results.set(name, { digest: world.finish(), commands: world.commandCount, trades: world.tradeCount });
  };
  const [full, plain] = [planOf(options.isTiny, 'nasdaq'), planOf(options.isTiny, null)];
  run('venue', full)();
  run('plain', plain)();
  const [venue, continuous] = interleave(
    [
      { name: 'day at a venue', units: results.get('venue')!.commands, run: run('venue', full) },
      { name: 'continuous', units: results.get('plain')!.commands, run: run('plain', plain) },
    ],
    options.rounds,
    0,
  ) as [ReturnType<typeof interleave>[number], ReturnType<typeof interleave>[number]];
  const { digest, commands, trades } = results.get('venue')!;
  const seconds = (venue.wallNs * commands) / 1e9;
  printResult(
    options,
    {
      bench: 'venue-day',
      workload: `${options.isTiny ? 1 : SYMBOLS} stocks, ${options.isTiny ? 10 : 1_000} random-flow traders, preset nasdaq, seed ${SEED}`,
      hash: digest,
      rounds: options.rounds,
      baseline: 'the same traders without sessions, auctions, breakers and fees, per command',
      ratio: ratioOf(continuous, venue),
      commands,
      trades,
      seconds: rounded(seconds),
      budgetSeconds: BUDGET_SECONDS,
      isWithinBudget: seconds < BUDGET_SECONDS,
      residentMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
      venue: figuresOf(venue),
      continuous: figuresOf(continuous),
    },
    [venue, continuous],
  );
}

await runBenchmark(main);
