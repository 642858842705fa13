// hot: bench/mdp-decode.ts
/** Walks the messages of a packet and gives each to those who read its kind. */

import { TwinError } from '../../../base/index.ts';
import { SBE_HEADER_BYTES, SbeDecoder, type SbeSchema } from '../sbe/index.ts';
import { BookMessages } from './book-messages.ts';
import type { BookRows } from './book-rows.ts';
import { DefinitionMessages } from './definition-messages.ts';
import type { MdpFeed } from './feed.ts';
import { type GroupLayout, type MdpTemplate, mdpTemplates } from './layouts.ts';
import { OrderMessages } from './order-messages.ts';
import type { OrderRows } from './order-rows.ts';
import type { FeedName } from './packet-lines.ts';
import { SnapshotMessages } from './snapshot-messages.ts';
import { StatisticsMessages } from './statistics-messages.ts';
import { StatusMessages } from './status-messages.ts';
import { TradeMessages, type TradeOrders } from './trade-messages.ts';

const SIZE_BYTES = 2;
const PACKET_HEADER_BYTES = 12;
const HEADER_BYTES = SIZE_BYTES + SBE_HEADER_BYTES;
const END_OF_EVENT = 0x80;
const TOTAL_REPORTS_AT = 1;
const NONE_U32 = 0xffff_ffff;
const NO_ORDERS: TradeOrders = { at: 0, entryBytes: 0, count: 0 };

export interface MessageParts {
  readonly feed: MdpFeed;
  readonly rows: BookRows;
  readonly orderRows: OrderRows;
  /** Told of the template of every message. */
  readonly count: (template: number) => void;
}

export class MessageReader {
  readonly #feed: MdpFeed;
  readonly #count: (template: number) => void;
  readonly #schema: SbeSchema;
  /** Templates as the version of the last message has them, and those of all versions so far. */
  #templates: ReadonlyMap<number, MdpTemplate>;
  #version: number;
  readonly #byVersion = new Map<number, ReadonlyMap<number, MdpTemplate>>();
  readonly #schemaId: number;
  readonly #decoder: SbeDecoder;
  readonly #books: BookMessages;
  readonly #orders: OrderMessages;
  readonly #trades: TradeMessages;
  readonly #statistics: StatisticsMessages;
  readonly #status: StatusMessages;
  readonly #definitions: DefinitionMessages;
  readonly #snapshots: SnapshotMessages;
  /** Group that `#group` found. */
  #entriesAt = 0;
  #entryBytes = 0;
  #entryCount = 0;

  constructor(schema: SbeSchema, parts: MessageParts) {
    const { feed, rows, orderRows } = parts;
    this.#feed = feed;
    this.#count = parts.count;
    this.#schema = schema;
    this.#version = schema.version;
    this.#templates = mdpTemplates(schema, schema.version);
    this.#byVersion.set(schema.version, this.#templates);
    this.#schemaId = schema.id;
    this.#decoder = new SbeDecoder(schema, 'codes');
    this.#books = new BookMessages(feed, rows);
    this.#orders = new OrderMessages(feed, orderRows);
    this.#trades = new TradeMessages(feed, orderRows);
    this.#statistics = new StatisticsMessages(feed);
    this.#status = new StatusMessages(feed);
    this.#definitions = new DefinitionMessages(feed, this.#statistics, this.#status);
    const { books, statistics, status } = {
      books: this.#books,
      statistics: this.#statistics,
      status: this.#status,
    };
    this.#snapshots = new SnapshotMessages({ feed, rows, orderRows, books, statistics, status });
  }

  /** The feed that a packet belongs to, by its first message from `at` on; null for signs of life alone. */
  feedOf(view: DataView, at: number, end: number): FeedName | null {
    for (let next = at; next + HEADER_BYTES <= end; ) {
      const kind = this.#templates.get(view.getUint16(next + SIZE_BYTES + 2, true))?.kind ?? 'other';
      if (kind === 'snapshot' || kind === 'orderSnapshot') return kind;
      if (kind === 'definition') {
        // On the feed that repeats them the number of all definitions is told; on the incremental one it is not.
        const totalAt = next + HEADER_BYTES + TOTAL_REPORTS_AT;
        const isRepeated = totalAt + 4 <= end && view.getUint32(totalAt, true) !== NONE_U32;
        return isRepeated ? 'definition' : 'incremental';
      }
      if (kind !== 'heartbeat') return 'incremental';
      const size = view.getUint16(next, true);
      if (size < HEADER_BYTES) return null;
      next += size;
    }
    return null;
  }

  /** Reads the packet at `at`; the receive time stands in the output already. */
  read(view: DataView, at: number, end: number): void {
    const { output } = this.#feed;
    output.sequence = view.getUint32(at, true);
    const sentAt = at + 4;
    let next = at + PACKET_HEADER_BYTES;
    while (next < end) {
      const size = next + HEADER_BYTES <= end ? view.getUint16(next, true) : 0;
      if (size < HEADER_BYTES || next + size > end) {
        this.#feed.reject('packet-damaged', `a message of ${size} bytes, ${end - next} are left`);
        return;
      }
      this.#message(view, next, next + size, sentAt);
      next += size;
    }
  }

  #message(view: DataView, at: number, end: number, sentAt: number): void {
    const templateId = view.getUint16(at + SIZE_BYTES + 2, true);
    this.#count(templateId);
    const version = view.getUint16(at + SIZE_BYTES + 6, true);
    if (version !== this.#version) this.#useVersion(version);
    const template = this.#templates.get(templateId);
    const { output } = this.#feed;
    if (template === undefined || view.getUint16(at + SIZE_BYTES + 4, true) !== this.#schemaId) {
      output.sink.remark(`unknown-template-${templateId}`);
      return;
    }
    if (template.kind === 'heartbeat') return;
    if (template.kind === 'other') {
      output.sink.remark('other-message');
      return;
    }
    const blockBytes = view.getUint16(at + SIZE_BYTES, true);
    const blockAt = at + HEADER_BYTES;
    const timeAt = template.transactTime < 0 ? sentAt : blockAt + template.transactTime;
    if (blockAt + blockBytes > end || timeAt + 8 > end) {
      this.#feed.reject('length-mismatch', `${template.message.name} with a block of ${blockBytes} bytes`);
      return;
    }
    output.eventLow = view.getUint32(timeAt, true);
    output.eventHigh = view.getUint32(timeAt + 4, true);
    const isWhole =
      template.entries === null
        ? this.#decoded(view, at, end, template, sentAt)
        : this.#entries(view, blockAt + blockBytes, end, template, template.entries);
    if (!isWhole) {
      this.#feed.reject('length-mismatch', `${template.message.name} of ${end - at} bytes`);
      return;
    }
    if (template.eventBits >= 0 && (view.getUint8(blockAt + template.eventBits) & END_OF_EVENT) !== 0) {
      this.#feed.endEvent(true);
    }
  }

  #useVersion(version: number): void {
    // Versions beyond the schema's have what it knows and more.
    const known = Math.min(version, this.#schema.version);
    let templates = this.#byVersion.get(known);
    if (templates === undefined) {
      templates = mdpTemplates(this.#schema, known);
      this.#byVersion.set(known, templates);
    }
    this.#templates = templates;
    this.#version = version;
  }

  /** Messages whose entries are read where they lie; false when the message is shorter than it says. */
  #entries(
    view: DataView,
    at: number,
    end: number,
    template: MdpTemplate,
    group: GroupLayout<unknown>,
  ): boolean {
    const next = this.#group(view, at, end, group);
    if (next < 0) return false;
    const entriesAt = this.#entriesAt;
    const bytes = this.#entryBytes;
    const count = this.#entryCount;
    switch (template.kind) {
      case 'book':
        this.#books.read(view, entriesAt, bytes, count, template);
        return this.#bookOrders(view, next, end, template, entriesAt, bytes, count);
      case 'orders':
        this.#orders.read(view, entriesAt, bytes, count, template);
        return true;
      case 'trade': {
        const orders = this.#tradeOrders(view, next, end, template);
        if (orders === null) return false;
        this.#trades.read(view, entriesAt, bytes, count, template, orders);
        return true;
      }
      case 'volume':
        this.#statistics.readVolume(view, entriesAt, bytes, count, template);
        return true;
      case 'limits':
        this.#statistics.readLimits(view, entriesAt, bytes, count, template);
        return true;
      default:
        this.#statistics.readFigures(view, entriesAt, bytes, count, template);
        return true;
    }
  }

  #bookOrders(
    view: DataView,
    at: number,
    end: number,
    template: MdpTemplate,
    entriesAt: number,
    entryBytes: number,
    entryCount: number,
  ): boolean {
    const { orders } = template;
    if (orders === null || at === end) return true;
    if (this.#group(view, at, end, orders) < 0) return false;
    this.#orders.readBehindBook(
      view,
      this.#entriesAt,
      this.#entryBytes,
      this.#entryCount,
      template,
      entriesAt,
      entryBytes,
      entryCount,
    );
    return true;
  }

  #tradeOrders(view: DataView, at: number, end: number, template: MdpTemplate): TradeOrders | null {
    const { orders } = template;
    if (orders === null || at === end) return NO_ORDERS;
    if (this.#group(view, at, end, orders) < 0) return null;
    return { at: this.#entriesAt, entryBytes: this.#entryBytes, count: this.#entryCount };
  }

  /** Finds the entries of the group at `at`; returns where they end, -1 when that is beyond the message. */
  #group(view: DataView, at: number, end: number, group: GroupLayout<unknown>): number {
    if (at + group.headBytes > end) return -1;
    this.#entryBytes = view.getUint16(at, true);
    this.#entryCount = view.getUint8(at + group.countAt);
    this.#entriesAt = at + group.headBytes;
    const next = this.#entriesAt + this.#entryBytes * this.#entryCount;
    return next > end || (this.#entryCount > 0 && this.#entryBytes < group.entryBytes) ? -1 : next;
  }

  /** Messages that are rare: decoded as a whole. */
  #decoded(view: DataView, at: number, end: number, template: MdpTemplate, sentAt: number): boolean {
    if (template.kind === 'reset') {
      this.#feed.resetChannel();
      return true;
    }
    const decoded = this.#decode(view, at + SIZE_BYTES, end);
    if (decoded === null) return false;
    const { values } = decoded;
    switch (template.kind) {
      case 'status':
        this.#status.read(values);
        break;
      case 'definition': {
        const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end - at);
        this.#definitions.read(decoded, bytes, view.getBigUint64(sentAt, true));
        break;
      }
      case 'snapshot':
        this.#snapshots.readBook(values, true);
        break;
      case 'tcpSnapshot':
        this.#snapshots.readBook(values, false);
        break;
      case 'orderSnapshot':
        this.#snapshots.readOrders(values);
        break;
      default:
        break;
    }
    return true;
  }

  #decode(view: DataView, at: number, end: number): ReturnType<SbeDecoder['decode']> {
    try {
      return this.#decoder.decode(view, at, end);
    } catch (error) {
      // Too short for what it says: the caller sets it aside.
      if (error instanceof TwinError) return null;
      throw error;
    }
  }
}
