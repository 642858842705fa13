/**
 * The checks of an ingest: synthetic, deterministic records of orders, trades and quotes through the whole validation stage, and
 * through the checks of ranges alone as the baseline. Filling the batches through the sink is timed with it. Prints one JSON line.
 *
 *   npm run bench:quality -- [--tiny] [--pretty] [--rounds n]
 */

import type { RecordBatch, SCHEMAS, SchemaName } from '../src/data/index.ts';
import { LakeSink } from '../src/data/ingest/lake-sink.ts';
import type { QualityStage } from '../src/data/ingest/quality-stage.ts';
import { checkRanges } from '../src/data/quality/range-check.ts';
import { createQualityStage } from '../src/data/quality/stage.ts';
import { createDraw } from './support/draw.ts';
import {
  benchOptions,
  figuresOf,
  interleaveAsync,
  printResult,
  ResultHash,
  ratioOf,
  runBenchmark,
  type Timing,
} from './support/harness.ts';

const OPTIONS = benchOptions(5);
const RECORDS = OPTIONS.isTiny ? 20_000 : 1_000_000;
const SYMBOLS = 8;
const SEED = 20_120_621;
const START_S = 1_700_000_000;
const WORKLOADS = ['mbo', 'trade', 'bbo', 'mbp'] as const;
type Workload = (typeof WORKLOADS)[number];

interface Draws {
  readonly ns: Float64Array;
  readonly slot: Uint8Array;
  readonly price: Float64Array;
  readonly qty: Float64Array;
}

/** What all records are made of: drawn once, so that only sink and checks are timed. */
function drawAll(): Draws {
  const draw = createDraw(SEED);
  const draws = {
    ns: new Float64Array(RECORDS),
    slot: new Uint8Array(RECORDS),
    price: new Float64Array(RECORDS),
    qty: new Float64Array(RECORDS),
  };
  const level = new Float64Array(SYMBOLS).fill(50_000);
  let ns = 0;
  for (let i = 0; i < RECORDS; i++) {
    ns += draw(40_000);
    const slot = draw(SYMBOLS);
    level[slot]! += draw(3) - 1;
    draws.ns[i] = ns;
    draws.slot[i] = slot;
    draws.price[i] = level[slot]! * 1e7;
    draws.qty[i] = 1 + draw(500);
  }
  return draws;
}

/** Fills batches through a sink, with its checks, as a fast normaliser does. */
async function feed(
  schema: Workload,
  draws: Draws,
  stage: QualityStage,
  onBatch: (batch: RecordBatch) => void,
): Promise<void> {
  const sink = new LakeSink('bench', 'lenient', stage, () => {});
  const taker = { append: async (batch: RecordBatch) => onBatch(batch) };
  sink.startSource(0);
  for (let at = 0; at < RECORDS; ) {
    const batch = sink.batch(schema) as unknown as RecordBatch;
    const columns = batch.columns as RecordBatch<(typeof SCHEMAS)['trade']>['columns'];
    const set = setterOf(schema, batch);
    for (; !batch.isFull && at < RECORDS; at++) {
      const row = batch.count++;
      batch.blank(row);
      columns.symbol.set(row, `STOCK${draws.slot[at]!}`);
      columns.tsEvent.setSeconds(row, START_S, draws.ns[at]!);
      columns.sequence.setNumber(row, at + 1);
      columns.sourceIndex.setNumber(row, at);
      set(row, draws.price[at]!, draws.qty[at]!, at);
    }
    await sink.drain(taker, false);
  }
  await sink.drain(taker, true);
}

type Setter = (row: number, price: number, qty: number, at: number) => void;

function setterOf(schema: Workload, batch: RecordBatch): Setter {
  const any = batch as unknown as {
    readonly [N in SchemaName]: RecordBatch<(typeof SCHEMAS)[N]>;
  }[SchemaName];
  if (schema === 'mbo') {
    const { action, side, orderId, price, qty } = any.columns as RecordBatch<typeof SCHEMAS.mbo>['columns'];
    return (row, priceSteps, quantity, at) => {
      action[row] = 1;
      side[row] = at & 1;
      orderId.setNumber(row, at);
      price.setNumber(row, priceSteps);
      qty[row] = quantity;
    };
  }
  if (schema === 'trade') {
    const { price, qty, kind, aggressor } = any.columns as RecordBatch<typeof SCHEMAS.trade>['columns'];
    return (row, priceSteps, quantity, at) => {
      price.setNumber(row, priceSteps);
      qty[row] = quantity;
      kind[row] = 0;
      aggressor[row] = at & 1;
    };
  }
  if (schema === 'bbo') {
    const { bidPrice, bidQty, askPrice, askQty } = any.columns as RecordBatch<typeof SCHEMAS.bbo>['columns'];
    return (row, priceSteps, quantity) => {
      bidPrice.setNumber(row, priceSteps - 1e7);
      askPrice.setNumber(row, priceSteps + 1e7);
      bidQty[row] = quantity;
      askQty[row] = quantity;
    };
  }
  const { action, side, price, qty, flags } = any.columns as RecordBatch<typeof SCHEMAS.mbp>['columns'];
  return (row, priceSteps, quantity, at) => {
    action[row] = 0;
    side[row] = at & 1;
    price.setNumber(row, priceSteps + (at & 1 ? 5e8 : -5e8));
    qty[row] = quantity < 250 ? 0 : quantity;
    flags[row] = 1;
  };
}

/** The checks of ranges alone. */
function rangesOnly(): QualityStage {
  const marks = new Uint8Array(65_536);
  return {
    check: (batch) => checkRanges(batch, marks, () => {}),
    counts: () => ({}),
  };
}

async function main(): Promise<void> {
  const draws = drawAll();
  const hash = new ResultHash();
  for (const schema of WORKLOADS) {
    await feed(schema, draws, createQualityStage(), (batch) => {
      const quality = batch.column('quality') as Int32Array;
      for (let row = 0; row < batch.count; row++) hash.mix(quality[row]!);
    });
  }
  const contestants = [
    { name: 'mbo, ranges only', units: RECORDS, run: () => feed('mbo', draws, rangesOnly(), () => {}) },
    ...WORKLOADS.map((schema) => ({
      name: `${schema}, all checks`,
      units: RECORDS,
      run: () => feed(schema, draws, createQualityStage(), () => {}),
    })),
  ];
  const timings = await interleaveAsync(contestants, OPTIONS.rounds);
  const [ranges, mbo, trade, bbo, mbp] = timings as [Timing, Timing, Timing, Timing, Timing];
  printResult(
    OPTIONS,
    {
      bench: 'quality',
      workload: `${RECORDS} records of ${SYMBOLS} stocks per schema, seed ${SEED}; sink and checks`,
      hash: hash.hex,
      rounds: OPTIONS.rounds,
      baseline: 'mbo through the checks of ranges alone',
      ratio: ratioOf(ranges, mbo),
      ranges: figuresOf(ranges),
      mbo: figuresOf(mbo),
      trade: figuresOf(trade),
      bbo: figuresOf(bbo),
      mbp: figuresOf(mbp),
    },
    timings,
  );
}

await runBenchmark(main);
