/** The file format `mdp`: captures of CME's multicast, and of its replay over TCP. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { inputFileFault, priceStepsOfText, TwinError } from '../../../base/index.ts';
import type { FileContext, FileFormat } from '../../ingest/file-format.ts';
import { MemorySink } from '../../ingest/memory-sink.ts';
import { PcapReader } from '../pcap.ts';
import { readSbeSchema, type SbeSchema } from '../sbe/index.ts';
import type { NamingOptions } from './instrument-facts.ts';
import { DEPTH_MAX } from './level-side.ts';
import { MdpNormaliser, type MdpOptions } from './normaliser.ts';
import { type Fraction, fractionOf } from './price-scale.ts';
import { MDP_SCHEMA } from './templates.ts';

const PACKET_HEADER_BYTES = 12;
const TCP_ENCODING = 0xcafe;
/** Sending times of packets: from 2010, before the feed began, to 2100; ns since 1970. */
const SENT_NS_MIN = 1_262_304_000_000_000_000n;
const SENT_NS_MAX = 4_102_444_800_000_000_000n;
const SCHEMA_IDS = new Set([1, 2]);
/** Packets with content that are looked at to recognise a capture. */
const RECOGNISE_PACKETS = 8;
const WINDOW_MS_MAX = 60_000;
const QUOTES = ['consolidated', 'outright', 'none'] as const;
const PRICES = ['conventional', 'shown'] as const;
const STEPS_DIGITS = -9;

export const MDP_FORMAT: FileFormat = {
  name: 'mdp',
  version: 1,
  about: 'Captures (pcap, pcapng) of CME MDP 3.0: books, orders, trades, figures, status and definitions.',
  schemas: ['mbp', 'mbo', 'bbo', 'trade', 'statistics', 'status', 'definition'],
  options: {
    schema: { about: 'SBE schema (XML, also gzip) of the exchange instead of what is built in', default: '' },
    names: {
      about: 'Symbols of instruments without definition, by number: 411873=ZCZ6+50397=ZCH7',
      default: '',
    },
    factors: {
      about: 'Display factors by symbol, product or number where no definition tells them: ES=0.01',
      default: '',
    },
    prices: {
      about: `${PRICES.join(' or ')}: by the display factor, or as they are sent`,
      default: 'conventional',
    },
    depth: { about: 'Levels of outright books without definition', default: '' },
    window: { about: 'How long a missing packet is waited for on the other line, ms', default: '50' },
    bbo: { about: `Best quotes of which book: ${QUOTES.join(', ')}`, default: 'consolidated' },
    venue: { about: 'Venue of the records', default: 'GLBX' },
  },
  recognise: (head) => isMdpCapture(head),
  open: (context, sink) => new MdpNormaliser(readOptions(context), sink),
};

/** Options as they were written. Raises DATA_REQUEST with every problem, BASE_INPUT_FILE and DATA_FORMAT for the schema. */
function readOptions({ options }: FileContext): MdpOptions {
  const problems: string[] = [];
  const windowMs = Number(options.window || '0');
  if (!(windowMs >= 0 && windowMs <= WINDOW_MS_MAX))
    problems.push(`window=${options.window} (0 to ${WINDOW_MS_MAX} ms)`);
  const quotes = oneOf('bbo', options.bbo, QUOTES, problems);
  const prices = oneOf('prices', options.prices, PRICES, problems);
  const naming: NamingOptions = {
    symbols: readNames(options.names ?? '', problems),
    factors: readFactors(options.factors ?? '', problems),
    depth: readDepth(options.depth ?? '', problems),
    areShown: prices === 'shown',
  };
  if (!/^[A-Z0-9.]{2,12}$/.test(options.venue ?? ''))
    problems.push(`venue=${options.venue} (2 to 12 of A-Z, 0-9 and dots)`);
  if (problems.length > 0) {
    throw new TwinError('DATA_REQUEST', 'options of a capture are ones that it takes', {
      format: 'mdp',
      problems,
    });
  }
  const schema =
    options.schema === undefined || options.schema === '' ? MDP_SCHEMA : readSchemaFile(options.schema);
  return { schema, naming, windowMs, quotes: quotes === 'none' ? null : quotes, venue: options.venue! };
}

function oneOf<const W extends string>(
  name: string,
  written: string | undefined,
  words: readonly W[],
  problems: string[],
): W {
  const found = words.find((word) => word === written);
  if (found === undefined) problems.push(`${name}=${written} (allowed: ${words.join(', ')})`);
  return found ?? words[0]!;
}

function readNames(written: string, problems: string[]): Map<number, string> {
  const symbols = new Map<number, string>();
  for (const [name, value] of pairs('names', written, problems)) {
    if (/^\d{1,10}$/.test(name)) symbols.set(Number(name), value);
    else problems.push(`names: ${name} (a security id: digits)`);
  }
  return symbols;
}

function readFactors(written: string, problems: string[]): Map<string, Fraction> {
  const factors = new Map<string, Fraction>();
  for (const [name, value] of pairs('factors', written, problems)) {
    const steps = priceStepsOfText(value);
    const factor = steps === null ? null : fractionOf(steps, STEPS_DIGITS);
    if (factor === null) problems.push(`factors: ${name}=${value} (a decimal above 0)`);
    else factors.set(name, factor);
  }
  return factors;
}

function readDepth(written: string, problems: string[]): number | null {
  if (written === '') return null;
  const depth = Number(written);
  if (Number.isInteger(depth) && depth >= 1 && depth <= DEPTH_MAX) return depth;
  problems.push(`depth=${written} (1 to ${DEPTH_MAX})`);
  return null;
}

function pairs(option: string, written: string, problems: string[]): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (const part of written.split('+').filter((one) => one !== '')) {
    const at = part.indexOf('=');
    if (at > 0 && at < part.length - 1) found.push([part.slice(0, at).trim(), part.slice(at + 1).trim()]);
    else problems.push(`${option}: ${part} (NAME=VALUE)`);
  }
  return found;
}

function readSchemaFile(path: string): SbeSchema {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw inputFileFault(path, cause);
  }
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readSbeSchema(new TextDecoder().decode(isPacked ? gunzipSync(bytes) : bytes), path);
}

/** Whether one of the first packets is of MDP 3.0: a sending time of our days, then a message of its schema that fits. */
export function isMdpCapture(head: Uint8Array): boolean {
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (![0xa1b2_c3d4, 0xd4c3_b2a1, 0xa1b2_3c4d, 0x4d3c_b2a1, 0x0a0d_0d0a].includes(magic)) return false;
  const sink = new MemorySink('capture');
  const packets = new PcapReader(sink.quarantine);
  packets.write(head);
  try {
    for (let seen = 0; seen < RECOGNISE_PACKETS && packets.next(); ) {
      const { payload, isUdp } = packets;
      if (payload.length === 0) continue;
      if (isMdpPacket(payload, isUdp)) return true;
      seen++;
    }
  } catch (error) {
    // Links that are not known: a capture of something else.
    if (!(error instanceof TwinError)) throw error;
  }
  return false;
}

function isMdpPacket(payload: Uint8Array, isUdp: boolean): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const at = isUdp ? 0 : 2;
  const first = at + PACKET_HEADER_BYTES;
  if (first + 10 > payload.length || (!isUdp && view.getUint16(0, true) !== TCP_ENCODING)) return false;
  const sentNs = view.getBigUint64(at + 4, true);
  const size = view.getUint16(first, true);
  return (
    sentNs > SENT_NS_MIN &&
    sentNs < SENT_NS_MAX &&
    size >= 10 &&
    first + size <= payload.length &&
    view.getUint16(first + 2, true) + 10 <= size &&
    SCHEMA_IDS.has(view.getUint16(first + 6, true))
  );
}
