/**
 * Decoding speed of ITCH: a synthetic, deterministic stream of adds, executions, reductions, deletions and replacements
 * through ItchDecoder into one reused batch, against the readable codec on a prefix of the same bytes, in interleaved
 * rounds. Prints one JSON line. Run: npx tsx bench/itch-decode.ts [--tiny]
 */

import {
  decodeItchMessage,
  ItchDecoder,
  ItchWriter,
  MboBatch,
  Quarantine,
  UNDEF_PRICE,
} from '../src/data/index.ts';

const IS_TINY = process.argv.includes('--tiny');
const MESSAGES = IS_TINY ? 20_000 : 4_000_000;
const BASELINE_MESSAGES = IS_TINY ? 2_000 : 100_000;
const ROUNDS = IS_TINY ? 2 : 7;
const CHUNK_BYTES = 1 << 20;
const SEED = 20_120_621;

/** Numbers of a 32-bit xorshift, 0 to below `limit`. */
function createDraw(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Shares of types in percent: A 45, D 38, X 5, E 7, U 5, about those of a trading day. */
function buildStream(messages: number): Uint8Array {
  const writer = new ItchWriter();
  const draw = createDraw(SEED);
  for (let locate = 1; locate <= 8; locate++) writer.stockDirectory(locate, 0, `STOCK${locate}`);
  let ts = 34_200_000_000_000;
  let id = 1;
  for (let i = 8; i < messages; i++) {
    ts += draw(10_000);
    const locate = 1 + draw(8);
    const earlier = 1 + draw(id);
    const price = 1_000_000 + 100 * draw(500);
    const kind = draw(100);
    if (kind < 45) writer.addOrder(locate, ts, 0, id++, draw(2), 1 + draw(500), price);
    else if (kind < 83) writer.delete(locate, ts, 0, earlier);
    else if (kind < 88) writer.reduce(locate, ts, 0, earlier, 1 + draw(100));
    else if (kind < 95) writer.execute(locate, ts, 0, earlier, 1 + draw(100), i);
    else writer.replace(locate, ts, 0, earlier, 0, id++, 1 + draw(500), price);
  }
  return writer.bytes;
}

function decodeStream(bytes: Uint8Array, batch: MboBatch, onBatch: (batch: MboBatch) => void): number {
  const decoder = new ItchDecoder(new Quarantine('strict', 'synthetic'));
  let rows = 0;
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    decoder.write(bytes.subarray(at, at + CHUNK_BYTES));
    for (let count = decoder.read(batch); count > 0; count = decoder.read(batch)) {
      rows += count;
      onBatch(batch);
    }
  }
  decoder.end();
  return rows;
}

/** FNV-1a over the columns, each value as int32. */
function createHash(): { add(batch: MboBatch): void; readonly hex: string } {
  let hash = 0x811c9dc5;
  const mix = (value: number): void => {
    hash = Math.imul(hash ^ (value | 0), 0x01000193);
  };
  return {
    add(batch) {
      for (let r = 0; r < batch.count; r++) {
        mix(batch.tsEventNs[r]! % 1e9);
        mix(batch.instrument[r]!);
        mix(batch.action[r]! * 4 + batch.side[r]!);
        mix(batch.price[r] === UNDEF_PRICE ? -1 : batch.price[r]!);
        mix(batch.qty[r]!);
        mix(batch.orderIdLo[r]!);
        mix(batch.newOrderIdLo[r]!);
        mix(batch.sequence[r]!);
      }
    },
    get hex() {
      return (hash >>> 0).toString(16).padStart(8, '0');
    },
  };
}

function decodeAsObjects(bytes: Uint8Array, messages: number): number {
  let at = 0;
  let sum = 0;
  for (let i = 0; i < messages; i++) {
    const length = (bytes[at]! << 8) | bytes[at + 1]!;
    sum += decodeItchMessage(bytes, at + 2, length).tsEventNs % 7;
    at += 2 + length;
  }
  return sum;
}

function secondsOf(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

const stream = buildStream(MESSAGES);
const batch = new MboBatch();
const hash = createHash();
const rows = decodeStream(stream, batch, (filled) => hash.add(filled));
const fast: number[] = [];
const slow: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  fast.push(MESSAGES / secondsOf(() => decodeStream(stream, batch, () => {})));
  slow.push(BASELINE_MESSAGES / secondsOf(() => decodeAsObjects(stream, BASELINE_MESSAGES)));
}
console.log(
  JSON.stringify({
    bench: 'itch-decode',
    workload: `${MESSAGES} messages, A 45 D 38 E 7 X 5 U 5 %, seed ${SEED}, ${stream.length} bytes, chunks of ${CHUNK_BYTES}`,
    rows,
    hash: hash.hex,
    rounds: ROUNDS,
    messagesPerSecond: Math.round(median(fast)),
    baseline: `decodeItchMessage on the first ${BASELINE_MESSAGES} messages`,
    baselineMessagesPerSecond: Math.round(median(slow)),
    ratio: Math.round((median(fast) / median(slow)) * 10) / 10,
  }),
);
