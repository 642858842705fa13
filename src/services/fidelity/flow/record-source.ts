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
  openByteSource,
  Quarantine,
} from '../../../data/index.ts';
import { lobsterSymbol, type RecordsInput, type SniffedFile } from '../../../replay/index.ts';
import { openRecords } from '../../replay-datasets.ts';

/** Steps of 1e-9 currency units, as the records of the lake count prices. */
const STEP_UNIT = '0.000000001';

export interface MboSource {
  /** Value of one price unit, as decimal text. Known once a batch was read. */
  readonly priceUnit: string;
  /** A batch is valid until the next one is asked for. */
  read(): AsyncGenerator<MboBatch>;
  /** Instrument number to symbol, as far as known by now. */
  symbols(): ReadonlyMap<number, string>;
  /** Quantity units of the records in one unit of an instrument. Known once a batch was read. */
  lotsPerUnit(symbol: string): number;
  /** Records that were set aside, by reason, in the last reading. */
  setAside(): Readonly<Record<string, number>>;
}

/** Recordings of one format, one after another. Bad records are set aside and counted. */
export function fileSource(files: readonly SniffedFile[]): MboSource {
  let quarantines: Quarantine[] = [];
  const symbols = new Map<number, string>();
  return {
    priceUnit: files[0]!.kind === 'dbn' ? STEP_UNIT : '0.0001',
    async *read() {
      quarantines = [];
      for (const file of files) {
        const quarantine = new Quarantine('lenient', basename(file.path));
        quarantines.push(quarantine);
        const decoder = decoderOf(file, quarantine);
        yield* decoded(file.path, decoder);
        for (const [number, symbol] of decoder.symbols) symbols.set(number, symbol);
      }
    },
    symbols: () => symbols,
    lotsPerUnit: () => 1,
    setAside: () => countsOf(quarantines),
  };
}

/** The orders of a dataset, read as a replay of them reads. */
export function lakeSource(folder: string, dataset: string, symbol: string | null): MboSource {
  const symbols = new Map<number, string>();
  let input: RecordsInput | null = null;
  return {
    get priceUnit() {
      return input?.priceUnit ?? STEP_UNIT;
    },
    async *read() {
      const lake = new Lake(folder);
      try {
        const { inputs } = await openRecords(lake, [dataset], symbol === null ? undefined : [symbol]);
        for (input of inputs) {
          const rows = input.open();
          for (const [number, name] of rows.symbols) symbols.set(number, name);
          yield* pulled(rows);
        }
      } finally {
        lake.close();
      }
    },
    symbols: () => symbols,
    lotsPerUnit: (name) => input?.lotsPerUnit(name) ?? 1,
    setAside: () => ({}),
  };
}

async function* pulled(rows: ReturnType<RecordsInput['open']>): AsyncGenerator<MboBatch> {
  const batch = new MboBatch();
  try {
    for (;;) {
      if (rows.read(batch) > 0) yield batch;
      else if (rows.hasEnded) return;
      else await rows.pull();
    }
  } finally {
    await rows.close();
  }
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

function countsOf(quarantines: readonly Quarantine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const quarantine of quarantines) {
    for (const [reason, count] of quarantine.counts) counts[reason] = (counts[reason] ?? 0) + count;
  }
  return counts;
}
