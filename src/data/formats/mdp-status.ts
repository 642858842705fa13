/**
 * Status messages of CME's MDP 3.0 in captures of its multicast: capture file, MDP packets, SBE. Of all templates only
 * SecurityStatus30 is read; the book itself comes from another source, beside which such a capture tells the sessions.
 *
 * ```
 * packet:  sequence:u32 sendingTime:u64, then messages: size:u16 | blockLength:u16 template:u16 schema:u16 version:u16 | block
 * block:   transactTime:u64 group[6] asset[6] securityId:i32 tradeDate:u16 matchEvent:u8 status:u8 haltReason:u8 event:u8
 * ```
 * Both lines of a feed may be in the capture: of a packet with a status the second copy is dropped by its number and time.
 * Source: CME MDP 3.0 SBE schema, message SecurityStatus30; market-rules §2.6, §12.4.
 */

import { TwinError } from '../../base/index.ts';
import { type MboBatch, type MboDecoder, type MboSourceInfo, remarksOf } from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import {
  type SessionRuleName,
  type StatusMessage,
  unknownStatus,
  type VenueStatus,
} from '../venue-message.ts';
import { PcapReader } from './pcap.ts';

/** Packets with a status that one capture may have. */
export const MDP_STATUS_PACKETS_MAX = 1 << 20;

const PACKET_HEADER_BYTES = 12;
const MESSAGE_HEADER_BYTES = 10;
const SCHEMA_ID = 1;
const TEMPLATE_SECURITY_STATUS = 30;
const STATUS_BLOCK_BYTES = 30;
const SECURITY_ID_NULL = 0x7fff_ffff;
/** SecurityTradingEvent (tag 1174): orders can be entered and not cancelled. */
export const MDP_EVENT_NO_CANCEL = 1;
const STATUS_NULL = 255;
const NS_PER_DAY = 86_400_000_000_000n;
/** Times beyond this distance from the first day do not fit a double as whole ns. */
const SPAN_NS_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * SecurityTradingStatus (tag 326). 15 is the short state in which the opening is worked out. Requests for a cross (24, 25)
 * run beside continuous trading, and 103 tells of an event without a change.
 */
export const MDP_STATUSES: Readonly<Record<number, VenueStatus | null>> = {
  2: 'paused',
  4: 'closed',
  15: 'opening',
  17: 'trading',
  18: 'closed',
  20: 'unknown',
  21: 'preOpen',
  24: null,
  25: null,
  26: 'postClose',
  103: null,
  [STATUS_NULL]: null,
};

/** HaltReason (tag 327): schedule, surveillance, recovery, trade date roll; the others say that there is a reason. */
export const MDP_RULES: Readonly<Record<number, SessionRuleName>> = {
  0: '',
  1: 'operator',
  5: '',
  6: 'outage',
  7: '',
  255: '',
};

/** Capture bytes in, venue messages out; there are no rows. `instrument` is the security id. */
export class MdpStatusDecoder implements MboDecoder {
  readonly symbols: ReadonlyMap<number, string> = new Map();
  readonly packets: PcapReader;
  readonly #quarantine: Quarantine;
  readonly #seen = new Set<string>();
  #info: MboSourceInfo = { format: 'mdp', priceUnit: '0.000000001', epochNs: null };
  #epochNs: bigint | null = null;
  #hasEnded = false;
  #isMdp = false;
  #tcpPacketCount = 0;
  #otherPacketCount = 0;
  #otherMessageCount = 0;
  #repeatCount = 0;

  constructor(quarantine: Quarantine) {
    this.#quarantine = quarantine;
    this.packets = new PcapReader(quarantine);
  }

  /** `epochNs` is null until the first status was read. */
  get info(): MboSourceInfo {
    return this.#info;
  }

  remarks(): Record<string, number> {
    return remarksOf({
      'tcp-packet': this.#tcpPacketCount,
      'other-packet': this.#otherPacketCount + this.packets.otherPacketCount,
      'other-mdp-message': this.#otherMessageCount,
      'repeated-message': this.#repeatCount,
    });
  }

  write(chunk: Uint8Array): void {
    this.packets.write(chunk);
  }

  end(): void {
    this.packets.end();
    this.#hasEnded = true;
  }

  /** Gives 0 rows; raises DATA_FORMAT at the end of a capture that has nothing of MDP. */
  read(batch: MboBatch): number {
    batch.clear();
    const { packets } = this;
    while (packets.next()) {
      if (packets.isUdp) this.#readPacket(batch);
      else this.#tcpPacketCount++;
    }
    if (this.#hasEnded && !this.#isMdp) {
      throw new TwinError('DATA_FORMAT', 'a capture beside DBN files has packets of CME MDP 3.0', {
        source: this.#quarantine.source,
        ...this.remarks(),
      });
    }
    return 0;
  }

  #readPacket(batch: MboBatch): void {
    const { bytes, payloadAt, payloadEnd } = this.packets;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const first = payloadAt + PACKET_HEADER_BYTES;
    if (first + MESSAGE_HEADER_BYTES > payloadEnd || view.getUint16(first + 6, true) !== SCHEMA_ID) {
      this.#otherPacketCount++;
      return;
    }
    this.#isMdp = true;
    let at = first;
    let hasStatus = false;
    while (at < payloadEnd) {
      const size = at + MESSAGE_HEADER_BYTES <= payloadEnd ? view.getUint16(at, true) : 0;
      if (size < MESSAGE_HEADER_BYTES || at + size > payloadEnd) {
        this.#damaged(`a message of ${size} bytes, ${payloadEnd - at} are left`);
        return;
      }
      if (view.getUint16(at + 4, true) !== TEMPLATE_SECURITY_STATUS) this.#otherMessageCount++;
      else if (hasStatus || this.#isNew(view, payloadAt)) {
        hasStatus = true;
        this.#readStatus(view, at, size, batch);
      } else {
        this.#repeatCount++;
      }
      at += size;
    }
  }

  #isNew(view: DataView, packetAt: number): boolean {
    const key = `${view.getUint32(packetAt, true)} ${view.getBigUint64(packetAt + 4, true)}`;
    if (this.#seen.has(key)) return false;
    if (this.#seen.size === MDP_STATUS_PACKETS_MAX) {
      throw new TwinError(
        'BASE_LIMIT',
        'a capture has at most MDP_STATUS_PACKETS_MAX packets with a status',
        {
          source: this.#quarantine.source,
        },
      );
    }
    this.#seen.add(key);
    return true;
  }

  #readStatus(view: DataView, messageAt: number, size: number, batch: MboBatch): void {
    const at = messageAt + MESSAGE_HEADER_BYTES;
    const sourceIndex = this.packets.packetCount - 1;
    const blockBytes = view.getUint16(messageAt + 2, true);
    if (blockBytes < STATUS_BLOCK_BYTES || MESSAGE_HEADER_BYTES + blockBytes > size) {
      this.#quarantine.add('length-mismatch', sourceIndex, `a status of ${blockBytes} bytes`);
      return;
    }
    const tsEventNs = this.#timeOf(view.getBigUint64(at, true));
    const securityId = view.getInt32(at + 20, true);
    const group = textOf(view, at + 8, 6);
    if (tsEventNs === null || (securityId === SECURITY_ID_NULL && group === '')) {
      const isTime = tsEventNs === null;
      const found = isTime ? `transact time ${view.getBigUint64(at, true)}` : 'a status of no instrument';
      this.#quarantine.add(isTime ? 'time-range' : 'field-value', sourceIndex, found);
      return;
    }
    const hasId = securityId !== SECURITY_ID_NULL;
    const instrument = hasId ? securityId : null;
    const unknown = unknownStatus({ row: 0, sourceIndex, tsEventNs, instrument });
    const said = statusOf(view, at);
    if (said === undefined)
      this.#quarantine.add('field-value', sourceIndex, `trading status ${view.getUint8(at + 27)}`);
    if (said !== null) batch.venue.push({ ...unknown, ...said, group: hasId ? '' : group });
  }

  /** Ns since midnight UTC of the first status; null if that is too far away. */
  #timeOf(transactNs: bigint): number | null {
    if (this.#epochNs === null) {
      this.#epochNs = transactNs - (transactNs % NS_PER_DAY);
      this.#info = { ...this.#info, epochNs: this.#epochNs };
    }
    const sinceNs = transactNs - this.#epochNs;
    return sinceNs > SPAN_NS_MAX || -sinceNs > SPAN_NS_MAX ? null : Number(sinceNs);
  }

  #damaged(detail: string): void {
    this.#quarantine.add('packet-damaged', this.packets.packetCount - 1, detail);
  }
}

/** What the block at `at` says; null if it changes nothing, undefined if the status is none of the schema. */
function statusOf(
  view: DataView,
  at: number,
): Pick<StatusMessage, 'status' | 'rule' | 'reason'> | null | undefined {
  const status = MDP_STATUSES[view.getUint8(at + 27)];
  if (status === null || status === undefined) return status;
  const haltReason = view.getUint8(at + 28);
  const isNoCancel = status === 'preOpen' && view.getUint8(at + 29) === MDP_EVENT_NO_CANCEL;
  const rule = MDP_RULES[haltReason] ?? 'other';
  return { status: isNoCancel ? 'noCancel' : status, rule, reason: rule === '' ? '' : String(haltReason) };
}

/** A text of fixed width, up to its first zero byte. */
function textOf(view: DataView, at: number, width: number): string {
  let text = '';
  for (let i = 0; i < width && view.getUint8(at + i) !== 0; i++)
    text += String.fromCharCode(view.getUint8(at + i));
  return text.trimEnd();
}
