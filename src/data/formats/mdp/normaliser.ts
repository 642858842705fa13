/**
 * Captures of MDP 3.0 to records.
 *
 *   capture ─► packets ─► lines A and B joined ─► messages ─► books, orders, trades, figures, status, definitions
 *
 * packet:   sequence u32 | sendingTime u64 | messages, each: size u16 | SBE header | block | groups
 * over TCP: two bytes 0xCAFE before it.
 */

import { TwinError } from '../../../base/index.ts';
import { SinkQuarantine } from '../../files/sink-quarantine.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileNormaliser } from '../../ingest/file-format.ts';
import {
  ARBITER_DELIVER,
  ARBITER_KEEP,
  ARBITER_LATE,
  ARBITER_RESTART,
  type LineArbiter,
} from '../line-arbiter.ts';
import { PcapReader } from '../pcap.ts';
import type { SbeSchema } from '../sbe/index.ts';
import { QuoteRows, type QuoteView } from './best-quote.ts';
import { BookRows } from './book-rows.ts';
import { type BookLevel, levelsOf } from './consolidated-book.ts';
import { MdpFeed } from './feed.ts';
import { InstrumentBook, type NamingOptions } from './instrument-facts.ts';
import { MessageReader } from './message-reader.ts';
import { OrderRows } from './order-rows.ts';
import { MdpOutput } from './output.ts';
import { type FeedName, type Line, PacketLines, RepeatFilter } from './packet-lines.ts';

/** First bytes of a packet over TCP: the name of the encoding, little endian. */
const TCP_ENCODING = 0xcafe;
const TCP_SESSION_SCHEMA = 2;
const PACKET_HEADER_BYTES = 12;
const MESSAGE_HEADER_BYTES = 10;
const REPEATS_REMEMBERED = 16_384;
const WORD = 4_294_967_296;
const NS_PER_MS = 1e6;
/** 2001-09-09: captures that are older have no clock, MDP 3.0 is younger. */
const CAPTURE_SECONDS_MIN = 1e9;

export interface MdpOptions {
  readonly schema: SbeSchema;
  readonly naming: NamingOptions;
  /** How long a hole waits for the other line, ms of the capture. */
  readonly windowMs: number;
  /** Of which book the rows of `bbo` are; null for no such rows. */
  readonly quotes: QuoteView | null;
  readonly venue: string;
}

export class MdpNormaliser implements FileNormaliser {
  readonly venue: string;
  /** Messages by template, of each packet once. */
  readonly templates = new Map<number, number>();
  readonly #packets: PcapReader;
  readonly #lines: PacketLines;
  readonly #repeats = new RepeatFilter(REPEATS_REMEMBERED);
  readonly #output: MdpOutput;
  readonly #feed: MdpFeed;
  readonly #messages: MessageReader;
  readonly #schemaId: number;
  /** Of the bytes of the capture at hand; made anew when they move. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #isMdp = false;
  readonly #remarks = new Map<string, number>();

  constructor(options: MdpOptions, sink: RecordSink) {
    this.venue = options.venue;
    this.#schemaId = options.schema.id;
    this.#packets = new PcapReader(new SinkQuarantine(sink, 'capture'));
    this.#lines = new PacketLines(options.windowMs);
    this.#output = new MdpOutput(sink);
    const rows = new BookRows(this.#output);
    const orderRows = new OrderRows(this.#output);
    this.#feed = new MdpFeed({
      output: this.#output,
      facts: new InstrumentBook(options.naming, (name) => sink.remark(name)),
      rows,
      orderRows,
      quotes: options.quotes === null ? null : new QuoteRows(this.#output, options.quotes),
    });
    const parts = { feed: this.#feed, rows, orderRows, count: (template: number) => this.#count(template) };
    this.#messages = new MessageReader(options.schema, parts);
  }

  /** Levels of an instrument's book as it is known now; null for one that was not met. */
  levels(
    securityId: number,
    side: 'buy' | 'sell',
    view: 'outright' | 'implied' | 'consolidated',
  ): BookLevel[] | null {
    const instrument = this.#feed.instruments.get(securityId);
    return instrument === undefined ? null : levelsOf(instrument, side, view);
  }

  /** Security ids that were met. */
  get instruments(): number[] {
    return [...this.#feed.instruments.keys()];
  }

  write(bytes: Uint8Array): void {
    this.#packets.write(bytes);
    this.#readPackets();
  }

  endPage(): void {
    this.#packets.end();
    this.#readPackets();
    for (const [channel, arbiter] of this.#lines.incremental) {
      this.#feed.channel = channel;
      while (arbiter.keptCount > 0) {
        this.#passOver(arbiter, null);
        this.#deliverDue(arbiter);
      }
    }
    this.#feed.endEvent(false);
    for (const [name, count] of this.#remarks) this.#output.sink.remark(name, count);
    this.#remarks.clear();
    const { otherPacketCount } = this.#packets;
    if (otherPacketCount > 0) this.#output.sink.remark('other-packet', otherPacketCount);
  }

  /** Raises DATA_FORMAT when nothing of MDP was in the capture. */
  end(): void {
    if (this.#isMdp) return;
    throw new TwinError('DATA_FORMAT', 'a capture of CME has packets of MDP 3.0', {
      packets: this.#packets.packetCount,
    });
  }

  #count(template: number): void {
    this.templates.set(template, (this.templates.get(template) ?? 0) + 1);
  }

  /** Counts what is passed over often; told at the end. */
  #note(name: string): void {
    this.#remarks.set(name, (this.#remarks.get(name) ?? 0) + 1);
  }

  #readPackets(): void {
    const packets = this.#packets;
    while (packets.next()) {
      const { bytes, payloadEnd } = packets;
      let { payloadAt } = packets;
      const view = this.#viewOf(bytes);
      const isTcp = !packets.isUdp;
      if (isTcp) {
        if (payloadEnd - payloadAt < 2 || view.getUint16(payloadAt, true) !== TCP_ENCODING) {
          this.#note(payloadEnd === payloadAt ? 'tcp-without-content' : 'other-tcp-packet');
          continue;
        }
        payloadAt += 2;
      }
      this.#packet(view, payloadAt, payloadEnd, isTcp);
    }
  }

  #viewOf(bytes: Uint8Array): DataView {
    const { buffer, byteOffset, byteLength } = bytes;
    const view = this.#view;
    if (view.buffer !== buffer || view.byteOffset !== byteOffset || view.byteLength !== byteLength) {
      this.#view = new DataView(buffer, byteOffset, byteLength);
    }
    return this.#view;
  }

  #packet(view: DataView, at: number, end: number, isTcp: boolean): void {
    const first = at + PACKET_HEADER_BYTES;
    const schemaId = first + MESSAGE_HEADER_BYTES > end ? -1 : view.getUint16(first + 6, true);
    if (schemaId !== this.#schemaId) {
      // Requests and answers of the session that a replay over TCP needs.
      const isSession = isTcp && schemaId === TCP_SESSION_SCHEMA;
      if (isSession) this.#isMdp = true;
      this.#note(isSession ? 'session-packet' : 'packet-of-other-schema');
      return;
    }
    this.#isMdp = true;
    const { destinationHost, destinationPort } = this.#packets;
    const line = this.#lines.line(destinationHost, destinationPort);
    if (line === null) {
      this.#note('packet-of-too-many-lines');
      return;
    }
    const feed = isTcp ? 'tcp' : (this.#messages.feedOf(view, first, end) ?? line.feed);
    if (feed === null) {
      // Only a sign of life, on a line of which nothing is known yet.
      this.#note('heartbeat');
      return;
    }
    line.feed = feed;
    const sequence = view.getUint32(at, true);
    const sentLow = view.getUint32(at + 4, true);
    const sentHigh = view.getUint32(at + 8, true);
    this.#letTimePass(this.#nowMs(sentHigh, sentLow));
    this.#feed.channel = line.channel;
    if (feed === 'incremental') this.#offer(view, at, end, sequence, sentHigh, sentLow, line);
    else this.#repeated(view, at, end, sequence, sentHigh, sentLow, feed, line.channel);
  }

  /** A packet of a feed that goes round: in the order it came. */
  #repeated(
    view: DataView,
    at: number,
    end: number,
    sequence: number,
    sentHigh: number,
    sentLow: number,
    feed: FeedName,
    channel: number,
  ): void {
    if (!this.#repeats.isNew(feed, channel, sequence, sentHigh, sentLow)) {
      this.#note('repeated-packet');
      return;
    }
    this.#takeTimes();
    this.#messages.read(view, at, end);
  }

  #offer(
    view: DataView,
    at: number,
    end: number,
    sequence: number,
    sentHigh: number,
    sentLow: number,
    line: Line,
  ): void {
    const arbiter = this.#lines.arbiterOf(line);
    switch (arbiter.offer(sequence, 1, sentHigh, sentLow)) {
      case ARBITER_DELIVER:
        this.#takeTimes();
        this.#messages.read(view, at, end);
        this.#deliverDue(arbiter);
        break;
      case ARBITER_KEEP:
        arbiter.keep({
          sequence,
          count: 1,
          index: this.#packets.packetCount - 1,
          bytes: new Uint8Array(view.buffer, view.byteOffset + at, end - at).slice(),
          sentHigh,
          sentLow,
          receivedSeconds: this.#captureSeconds(),
          receivedNanos: this.#packets.captureNanos,
          arrivedMs: this.#nowMs(sentHigh, sentLow),
        });
        break;
      case ARBITER_RESTART:
        this.#note('restarted-numbers');
        this.#feed.restartChannel();
        arbiter.restart();
        this.#offer(view, at, end, sequence, sentHigh, sentLow, line);
        break;
      case ARBITER_LATE:
        this.#note('late-packet');
        break;
      default:
        this.#note('repeated-packet');
    }
  }

  /** Holes whose window is over are gaps, on whatever line time was told. */
  #letTimePass(nowMs: number): void {
    for (const [channel, arbiter] of this.#lines.incremental) {
      if (arbiter.keptCount === 0) continue;
      this.#feed.channel = channel;
      this.#passOver(arbiter, nowMs);
      this.#deliverDue(arbiter);
    }
  }

  #passOver(arbiter: LineArbiter, nowMs: number | null): void {
    const due = arbiter.next;
    const lost = arbiter.passOver(nowMs);
    if (lost === 0) return;
    this.#feed.gap();
    this.#feed.reject(
      'gap',
      `${lost} packets from ${due} to ${due + lost - 1} of channel ${this.#feed.channel}`,
    );
  }

  #deliverDue(arbiter: LineArbiter): void {
    for (let packet = arbiter.due(); packet !== null; packet = arbiter.due()) {
      const { bytes } = packet;
      this.#output.receivedSeconds = packet.receivedSeconds;
      this.#output.receivedNanos = packet.receivedNanos;
      this.#messages.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
    }
  }

  #takeTimes(): void {
    this.#output.receivedSeconds = this.#captureSeconds();
    this.#output.receivedNanos = this.#packets.captureNanos;
  }

  /** -1 where the capture has no clock, or one that was never set. */
  #captureSeconds(): number {
    const { captureSeconds } = this.#packets;
    return captureSeconds < CAPTURE_SECONDS_MIN ? -1 : captureSeconds;
  }

  /** Time of capture, or of sending where the capture has none; ms. */
  #nowMs(sentHigh: number, sentLow: number): number {
    const { captureNanos } = this.#packets;
    const captureSeconds = this.#captureSeconds();
    if (captureSeconds >= 0) return captureSeconds * 1000 + captureNanos / NS_PER_MS;
    return (sentHigh * WORD) / NS_PER_MS + sentLow / NS_PER_MS;
  }
}
