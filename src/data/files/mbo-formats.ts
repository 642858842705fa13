/** Recordings order by order as file formats: LOBSTER messages, Nasdaq ITCH 5.0 (plain and captured), Databento DBN. */

import { TwinError } from '../../base/index.ts';
import { DbnDecoder } from '../formats/dbn-decoder.ts';
import { ItchDecoder } from '../formats/itch-decoder.ts';
import { ItchPcapDecoder } from '../formats/itch-pcap-decoder.ts';
import { LobsterDecoder } from '../formats/lobster-decoder.ts';
import { parseLobsterFileName } from '../formats/lobster-file-name.ts';
import { isMdpCapture } from '../formats/mdp/index.ts';
import type { RecordSink } from '../ingest/adapter.ts';
import type { FileContext, FileFormat, FileNormaliser } from '../ingest/file-format.ts';
import { MboBatch, type MboDecoder } from '../mbo-batch.ts';
import { sniffBytes } from '../sniff-format.ts';
import { zoneFormat, zoneInstantMs } from '../zone-instant.ts';
import { MBO_RECORDS, type MboRecordKind, MboRecords } from './mbo-records.ts';
import { SinkQuarantine } from './sink-quarantine.ts';

const NS_PER_MS = 1_000_000n;

const RECORDS = {
  about: `which records to make, of ${MBO_RECORDS.join(', ')}; separated by +`,
  default: MBO_RECORDS.join('+'),
};
const SYMBOLS = { about: 'only these symbols, separated by +; empty: all', default: '' };
const DATE = { about: 'day of the recording, YYYY-MM-DD, where the file does not say it', default: '' };
const ZONE = { about: 'zone of the clock that counts from midnight', default: 'America/New_York' };
const VENUE = { about: 'venue of the records', default: 'XNAS' };

export const LOBSTER_FORMAT: FileFormat = {
  name: 'lobster',
  version: 1,
  about: 'LOBSTER message files; day and symbol are read from the name',
  schemas: MBO_RECORDS,
  options: {
    records: RECORDS,
    date: DATE,
    zone: ZONE,
    venue: VENUE,
    symbol: { about: 'symbol, where the name does not say it', default: '' },
  },
  recognise: (head, isWhole) => sniffBytes(head, isWhole) === 'lobster-message',
  open: (context, sink) => {
    const name = parseLobsterFileName(context.fileName);
    const symbol = context.options.symbol || name?.symbol || '';
    if (symbol === '') throw missing('symbol', context);
    const decoder = new LobsterDecoder(new SinkQuarantine(sink, context.fileName), { symbol });
    return normaliserOf(decoder, context, sink, {
      epochNs: midnightNs(context, name?.date ?? ''),
      needsOrderPrices: false,
    });
  },
};

export const ITCH_FORMAT: FileFormat = {
  name: 'itch',
  version: 1,
  about: 'Nasdaq TotalView-ITCH 5.0, messages with their lengths',
  schemas: MBO_RECORDS,
  options: { records: RECORDS, symbols: SYMBOLS, date: DATE, zone: ZONE, venue: VENUE },
  recognise: (head, isWhole) => sniffBytes(head, isWhole) === 'itch',
  open: (context, sink) => {
    const decoder = new ItchDecoder(new SinkQuarantine(sink, context.fileName));
    return normaliserOf(decoder, context, sink, { epochNs: midnightNs(context, ''), needsOrderPrices: true });
  },
};

export const ITCH_PCAP_FORMAT: FileFormat = {
  name: 'itch-pcap',
  version: 1,
  about: 'captures (pcap, pcapng) of Nasdaq TotalView-ITCH 5.0 over MoldUDP64',
  schemas: MBO_RECORDS,
  options: { records: RECORDS, symbols: SYMBOLS, date: DATE, zone: ZONE, venue: VENUE },
  recognise: (head, isWhole) => sniffBytes(head, isWhole) === 'itch-pcap' && !isMdpCapture(head),
  open: (context, sink) => {
    const decoder = new ItchPcapDecoder(new SinkQuarantine(sink, context.fileName));
    return normaliserOf(decoder, context, sink, { epochNs: midnightNs(context, ''), needsOrderPrices: true });
  },
};

export const DBN_FORMAT: FileFormat = {
  name: 'dbn',
  version: 1,
  about: 'Databento DBN of the schemas mbo, status and imbalance, versions 1 to 3',
  schemas: MBO_RECORDS,
  options: { records: RECORDS, symbols: SYMBOLS, venue: { about: 'venue of the records', default: 'GLBX' } },
  recognise: (head, isWhole) => ['dbn', 'dbn-venue'].includes(sniffBytes(head, isWhole)),
  open: (context, sink) => {
    const decoder = new DbnDecoder(new SinkQuarantine(sink, context.fileName));
    // The file says its day, with its first record.
    return normaliserOf(decoder, context, sink, { epochNs: null, needsOrderPrices: false });
  },
};

interface DecoderFacts {
  /** Null where the decoder knows it once it has read a record. */
  readonly epochNs: bigint | null;
  readonly needsOrderPrices: boolean;
}

function normaliserOf(
  decoder: MboDecoder,
  context: FileContext,
  sink: RecordSink,
  facts: DecoderFacts,
): FileNormaliser {
  const kinds = new Set(listOf(context, 'records')) as ReadonlySet<MboRecordKind>;
  const unknown = [...kinds].filter((kind) => !MBO_RECORDS.includes(kind));
  if (unknown.length > 0 || kinds.size === 0) {
    throw new TwinError('DATA_REQUEST', 'records are kinds that the format makes', {
      unknown,
      allowed: MBO_RECORDS,
    });
  }
  const wanted = listOf(context, 'symbols');
  const stepsPerUnit = Math.round(Number(decoder.info.priceUnit) * 1e9);
  const batch = new MboBatch();
  let records: MboRecords | null = null;
  const drain = (): void => {
    for (;;) {
      const count = decoder.read(batch);
      if (count === 0 && batch.venue.length === 0) return;
      records ??= new MboRecords(sink, {
        kinds,
        symbols: wanted.length === 0 ? null : new Set(wanted),
        stepsPerUnit,
        epochNs: facts.epochNs ?? decoder.info.epochNs ?? 0n,
        needsOrderPrices: facts.needsOrderPrices,
      });
      records.add(batch, decoder.symbols, 0);
    }
  };
  return {
    venue: context.options.venue!,
    write: (bytes) => {
      decoder.write(bytes);
      drain();
    },
    endPage: () => {
      decoder.end();
      drain();
      for (const [name, count] of Object.entries(decoder.remarks())) sink.remark(name, count);
    },
    end: () => {},
  };
}

function listOf({ options }: FileContext, name: string): string[] {
  return (options[name] ?? '').split('+').filter((part) => part !== '');
}

/** Midnight of the recording's day, by the clock of its zone. */
function midnightNs(context: FileContext, dateInName: string): bigint {
  const date = context.options.date || dateInName;
  if (date === '') throw missing('date', context);
  const asUtcMs = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(asUtcMs)) {
    throw new TwinError('DATA_REQUEST', 'a day is written YYYY-MM-DD', { file: context.fileName, date });
  }
  const format = zoneFormat(context.options.zone!);
  if (format === null) {
    throw new TwinError('DATA_REQUEST', 'a zone is a name of the IANA data base, like America/New_York', {
      zone: context.options.zone,
    });
  }
  return BigInt(zoneInstantMs(asUtcMs, format)) * NS_PER_MS;
}

function missing(option: string, { fileName }: FileContext): TwinError {
  return new TwinError('DATA_REQUEST', 'what a file does not say is given as an option', {
    file: fileName,
    missing: `--option ${option}=…`,
  });
}
