/** Runs a scenario: world, journal, manifest, metrics and report in a run's folder. */

import { performance } from 'node:perf_hooks';
import type { EventSink } from '../domain/index.ts';
import {
  type DataId,
  JOURNAL_FILE,
  JournalWriter,
  packageVersion,
  type RunHandle,
  type RunStore,
  venueMetrics,
  writeFileAtomic,
} from '../runs/index.ts';
import type { RunPlan, Scenario } from '../scenarios/index.ts';
import { NULL_SINK, World } from '../world/index.ts';
import { breathe, type Control, loggedControl } from './control.ts';
import { endFailed } from './end-failed.ts';
import { raiseInliningBudget } from './engine-flags.ts';
import { planScenario } from './plan-scenario.ts';
import { summarizeRun, writeReport } from './report.ts';

/** Simulated steps between two looks at the outside world. */
const STEPS = 400;

export interface SimulationOutcome {
  readonly run: RunHandle;
  readonly status: 'finished' | 'interrupted';
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly reportPath: string | null;
}

/** `dataIds` are datasets that the scenario was made of. Raises SCENARIO_CONFIG, MKT_CONFIG, WORLD_CONFIG, RUNS_WRITE. A failed run leaves a manifest that says so. */
export async function simulate(
  scenario: Scenario,
  store: RunStore,
  control: Control = {},
  dataIds: readonly DataId[] = [],
): Promise<SimulationOutcome> {
  const plan = planScenario(scenario);
  const { epochNs } = plan;
  const run = store.create({
    kind: 'simulation',
    name: scenario.name,
    config: scenario,
    seed: scenario.seed,
    dataIds,
    epochNs,
  });
  let journal: JournalWriter | null = null;
  try {
    journal = new JournalWriter(run.path(JOURNAL_FILE), {
      runId: run.id,
      epochNs: String(epochNs),
      instruments: plan.instruments,
      createdBy: packageVersion(),
    });
    const driven = await drive(plan, journal, loggedControl(control, run));
    journal.close();
    const { digest, counts, seconds, isWhole } = driven;
    if (!isWhole) {
      writeMetrics(run, { ...counts, seconds });
      run.interrupted({ digest, counts, timings: { simulate: seconds } });
      return { run, status: 'interrupted', digest, counts, seconds, reportPath: null };
    }
    control.onProgress?.({ share: 1, text: 'writing the report' });
    const started = performance.now();
    const summary = summarizeRun(run);
    writeMetrics(run, { ...counts, seconds, ...venueMetrics(summary) });
    run.finish({ digest, counts, timings: { simulate: seconds } });
    const reportPath = await writeReport(run, summary);
    return {
      run,
      status: 'finished',
      digest,
      counts,
      seconds: Math.round((seconds + secondsSince(started)) * 1000) / 1000,
      reportPath,
    };
  } catch (error) {
    endFailed(run, journal, error);
    throw error;
  }
}

function writeMetrics(run: RunHandle, metrics: object): void {
  writeFileAtomic(run.path('metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
}

/** The digest that a scenario gives, without leaving anything behind. */
export async function simulateDigest(scenario: Scenario, control: Control = {}): Promise<string> {
  return (await drive(planScenario(scenario), NULL_SINK, control)).digest;
}

interface Driven {
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly isWhole: boolean;
}

/** Runs the plan in steps, so that progress shows and a stop is heard. */
async function drive(plan: RunPlan, sink: EventSink, control: Control): Promise<Driven> {
  raiseInliningBudget();
  const started = performance.now();
  const world = new World(plan.spec, sink);
  let step = 0;
  while (step < STEPS && control.signal?.aborted !== true) {
    step++;
    world.run(plan.startNs + Math.round(((plan.endNs - plan.startNs) * step) / STEPS));
    control.onProgress?.({
      share: step / STEPS,
      text: `${world.commandCount} orders and changes, ${world.tradeCount} trades`,
    });
    await breathe();
  }
  const digest = world.finish();
  return {
    digest,
    counts: {
      agents: world.agentCount,
      instruments: world.instruments.length,
      commands: world.commandCount,
      trades: world.tradeCount,
      records: world.recordCount,
      events: world.eventCount,
      ordersLeft: world.venue.liveOrderCount,
      ...feeIncome(world),
    },
    seconds: secondsSince(started),
    isWhole: step === STEPS,
  };
}

/** The accounts of the venues stand behind those of the agents; nothing but fees reaches them, and what one pays another is income. */
function feeIncome({ spec, accounts, agentCount, feesBetweenVenuesMinor }: World): {
  feeIncomeMinor?: number;
} {
  const venues = spec.venues ?? [];
  if (venues.every(({ fees }) => fees === undefined)) return {};
  return {
    feeIncomeMinor: venues.reduce(
      (sum, _, venue) => sum + accounts.cashMinor(agentCount + venue),
      feesBetweenVenuesMinor,
    ),
  };
}

function secondsSince(startedMs: number): number {
  return Math.round(performance.now() - startedMs) / 1000;
}
