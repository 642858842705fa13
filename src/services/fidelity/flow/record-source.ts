/** Order-by-order records of whatever kind as batches that can be read from the start as often as needed. */

import { basename } from 'node:path';
import {
  DbnDecoder,
  ItchDecoder,
  ItchPcapDecoder,
  Lake,
  LobsterDecoder,
  MboBatch,
  type MboDecoder,
  MboFromRecords,
  openByteSource,
  Quarantine,
} from '../../../data/index.ts';
import { lobsterSymbol, type SniffedFile } from '../../../replay/index.ts';

/** Steps of 1e-9 currency units, as the records of the lake count prices. */
const STEP_UNIT = '0.000000001';

export interface MboSource {
  /** Value of one price unit, as decimal text. */
  readonly priceUnit: string;
  /** A batch is valid until the next one is asked for. */
  read(): AsyncGenerator<MboBatch>;
  /** Instrument number to symbol, as far as known by now. */
  symbols(): ReadonlyMap<number, string>;
  /** Time 0 of the records, ns since 1970 UTC; null where they count from local midnight. Known once a batch was read. */
  epochNs(): bigint | null;
  /** Records that were set aside, by reason, in the last reading. */
  setAside(): Readonly<Record<string, number>>;
}

/** Recordings of one format, one after another. Bad records are set aside and counted. */
export function fileSource(files: readonly SniffedFile[]): MboSource {
  let decoder: MboDecoder | null = null;
  let quarantines: Quarantine[] = [];
  const symbols = new Map<number, string>();
  return {
    priceUnit: files[0]!.kind === 'dbn' ? STEP_UNIT : '0.0001',
    async *read() {
      quarantines = [];
      for (const file of files) {
        const quarantine = new Quarantine('lenient', basename(file.path));
        quarantines.push(quarantine);
        decoder = decoderOf(file, quarantine);
        yield* decoded(file.path, decoder);
        for (const [number, symbol] of decoder.symbols) symbols.set(number, symbol);
      }
    },
    symbols: () => symbols,
    epochNs: () => decoder?.info.epochNs ?? null,
    setAside: () => countsOf(quarantines),
  };
}

/** The `mbo` records of a dataset. */
export function lakeSource(folder: string, dataset: string, symbol: string | null): MboSource {
  const symbols = new Map<number, string>();
  let epochNs: bigint | null = null;
  return {
    priceUnit: STEP_UNIT,
    async *read() {
      const lake = new Lake(folder);
      let rows: MboFromRecords | null = null;
      try {
        const source = lake.source([dataset]);
        const query = { schema: 'mbo' as const, ...(symbol === null ? {} : { symbols: [symbol] }) };
        const batch = new MboBatch();
        for await (const records of source.read(query)) {
          if (records.count === 0) continue;
          epochNs ??= dayOf(records.columns.tsEvent.values[0]!);
          rows ??= new MboFromRecords({ epochNs, priceSteps: 1 });
          for (let from = 0; from < records.count; from += batch.count) {
            rows.fill(records, from, batch);
            yield batch;
          }
          for (const [number, name] of rows.symbols) symbols.set(number, name);
        }
      } finally {
        lake.close();
      }
    },
    symbols: () => symbols,
    epochNs: () => epochNs,
    setAside: () => ({}),
  };
}

function decoderOf({ kind, path }: SniffedFile, quarantine: Quarantine): MboDecoder {
  if (kind === 'dbn') return new DbnDecoder(quarantine);
  if (kind === 'itch') return new ItchDecoder(quarantine);
  if (kind === 'itch-pcap') return new ItchPcapDecoder(quarantine);
  return new LobsterDecoder(quarantine, { symbol: lobsterSymbol(path) });
}

async function* decoded(path: string, decoder: MboDecoder): AsyncGenerator<MboBatch> {
  const batch = new MboBatch();
  for await (const chunk of openByteSource(path)) {
    decoder.write(chunk);
    while (decoder.read(batch) > 0) yield batch;
  }
  decoder.end();
  while (decoder.read(batch) > 0) yield batch;
}

const DAY_NS = 86_400_000_000_000n;

function dayOf(timeNs: bigint): bigint {
  return timeNs - (timeNs % DAY_NS);
}

function countsOf(quarantines: readonly Quarantine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const quarantine of quarantines) {
    for (const [reason, count] of quarantine.counts) counts[reason] = (counts[reason] ?? 0) + count;
  }
  return counts;
}
