/** A world that runs as its records are asked for: the feed of its venues, slice by slice, and what of it is past. */

import { MemorySink, MemorySource, RecentSource, type RecordSource } from '../data/index.ts';
import { CanonicalRecords, RUN_SCHEMAS } from '../runs/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { World } from '../world/index.ts';
import { breathe } from './control.ts';
import { planScenario } from './plan-scenario.ts';

/** Simulated time that is run at once: nobody hears of anything before the rest of its slice has happened. */
const SLICE_NS = 2e9;
/** Rows of the batches of a slice. */
const SLICE_ROWS = 256;

export interface SimulatedFeed {
  /** Everything that was played, and what trades. */
  readonly past: RecordSource;
  /** One after another in time. The world goes on when the next one is asked for. */
  readonly slices: AsyncIterable<RecordSource>;
}

/** Raises SCENARIO_CONFIG, MKT_CONFIG, WORLD_CONFIG. */
export async function simulatedFeed(scenario: Scenario): Promise<SimulatedFeed> {
  const { spec, instruments, epochNs, startNs, endNs } = planScenario(scenario);
  const newSlice = (): MemorySink => new MemorySink(scenario.name, 'strict', SLICE_ROWS);
  const past = new RecentSource(
    RUN_SCHEMAS,
    instruments.map(({ symbol }) => symbol),
  );
  let slice = newSlice();
  const records = new CanonicalRecords(instruments, epochNs, slice);
  const world = new World(spec, records);
  records.define(startNs);
  await past.take(new MemorySource(slice));
  async function* slices(): AsyncGenerator<RecordSource> {
    for (let atNs = startNs; atNs < endNs; ) {
      atNs = Math.min(endNs, atNs + SLICE_NS);
      slice = newSlice();
      records.target = slice;
      world.run(atNs);
      world.flush();
      records.settle();
      await breathe();
      if (Object.keys(slice.counts()).length === 0) continue;
      const source = new MemorySource(slice);
      await past.take(source);
      yield source;
    }
    world.finish();
  }
  return { past, slices: slices() };
}
