/**
 * Reader of packet captures, classic pcap and pcapng, in chunks. Each call of `next` finds the payload of one UDP or TCP
 * packet where it lies. Packets of other protocols are counted, damaged ones go to the quarantine. Where the structure
 * of the file itself is damaged nothing behind it can be trusted, so reading stops there and says so.
 * Source: IETF drafts draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 */

import { TwinError } from '../../base/index.ts';
import type { Quarantine } from '../quarantine.ts';
import { ByteWindow } from './byte-window.ts';
import { CAPTURE_UNITS_PER_SECOND_MAX, restNanos, unitsPerSecond, wholeSeconds } from './capture-clock.ts';
import { IP_UDP, isKnownLink, locatePayload, type PacketPayload } from './packet-layers.ts';

/** Largest packet, in bytes; the limit of the tools that write captures. A larger length is a damaged one. */
export const PACKET_BYTES_MAX = 262_144;
/** Largest block of a pcapng file, in bytes. */
export const PCAPNG_BLOCK_BYTES_MAX = 16 * 1024 * 1024;
/** Interfaces of one section of a pcapng file. */
export const PCAPNG_INTERFACES_MAX = 65_536;

const MAGIC_MICRO = 0xa1b2c3d4;
const MAGIC_NANO = 0xa1b23c4d;
const BLOCK_SECTION = 0x0a0d0d0a;
const BLOCK_INTERFACE = 1;
const BLOCK_PACKET_OLD = 2;
const BLOCK_SIMPLE_PACKET = 3;
const BLOCK_ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

interface CaptureInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly units: number;
  readonly offsetSeconds: number;
}

/** Steps through a capture. Payload and times are those of the packet that `next` found last. */
export class PcapReader implements PacketPayload {
  transport = 0;
  payloadAt = 0;
  payloadEnd = 0;
  sourcePort = 0;
  destinationPort = 0;
  destinationHost = 0;
  /** Capture time as whole seconds since 1970 UTC, or -1 where the file has none. */
  captureSeconds = -1;
  captureNanos = 0;
  /** Packets so far, of every kind; the last one has the number `packetCount - 1`. */
  packetCount = 0;
  /** Sound packets that are neither UDP nor TCP over IP. */
  otherPacketCount = 0;
  readonly #window = new ByteWindow();
  readonly #quarantine: Quarantine;
  #interfaces: CaptureInterface[] = [];
  #format: 'unknown' | 'pcap' | 'pcapng' = 'unknown';
  #isLittle = true;
  #isNano = false;
  #hasEnded = false;
  #isLost = false;
  /** The packet that the last record or block holds. */
  #linkType = 0;
  #packetAt = 0;
  #packetEnd = 0;
  #isCut = false;

  constructor(quarantine: Quarantine) {
    this.#quarantine = quarantine;
  }

  /** Bytes that `payloadAt` and `payloadEnd` count in; valid until the next call of `next` or `write`. */
  get bytes(): Uint8Array {
    return this.#window.bytes;
  }

  /** View of the payload, not a copy. */
  get payload(): Uint8Array {
    return this.#window.bytes.subarray(this.payloadAt, this.payloadEnd);
  }

  write(chunk: Uint8Array): void {
    if (!this.#isLost) this.#window.write(chunk);
  }

  /** Says that no bytes follow; `next` then reports a cut record when it reaches it. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Moves to the next UDP or TCP packet; false when the bytes end. */
  next(): boolean {
    while (this.#nextPacket()) {
      const { view } = this.#window;
      this.packetCount++;
      const damage = this.#isCut
        ? 'cut by the capture'
        : locatePayload(view, this.#packetAt, this.#packetEnd, this.#linkType, this);
      if (damage !== '') this.#quarantine.add('packet-damaged', this.packetCount - 1, damage);
      else if (this.transport === 0) this.otherPacketCount++;
      else return true;
    }
    this.#window.settle();
    return false;
  }

  get isUdp(): boolean {
    return this.transport === IP_UDP;
  }

  #nextPacket(): boolean {
    for (;;) {
      const found = this.#format === 'unknown' ? this.#open() : this.#step();
      if (found === 'packet') return true;
      if (found === 'more') {
        this.#reportTail();
        return false;
      }
    }
  }

  #step(): 'packet' | 'nothing' | 'more' {
    return this.#format === 'pcap' ? this.#record() : this.#block();
  }

  #reportTail(): void {
    const window = this.#window;
    const rest = window.end - window.at;
    if (!this.#hasEnded || rest === 0) return;
    window.at = window.end;
    this.#quarantine.add('truncated', this.packetCount, `${rest} bytes of a record`);
  }

  #open(): 'nothing' | 'more' {
    const window = this.#window;
    if (window.end - window.at < 4) return 'more';
    const big = window.view.getUint32(window.at);
    if (big === BLOCK_SECTION) {
      this.#format = 'pcapng';
      return 'nothing';
    }
    const little = window.view.getUint32(window.at, true);
    this.#isLittle = little === MAGIC_MICRO || little === MAGIC_NANO;
    const magic = this.#isLittle ? little : big;
    if (magic !== MAGIC_MICRO && magic !== MAGIC_NANO) {
      throw new TwinError('DATA_FORMAT', 'a packet capture starts with the magic of pcap or pcapng', {
        source: this.#quarantine.source,
        magic: `0x${big.toString(16).padStart(8, '0')}`,
      });
    }
    if (window.end - window.at < 24) return 'more';
    this.#isNano = magic === MAGIC_NANO;
    // The upper bits of the field tell of frame check sequences, which the IP lengths leave out anyway.
    this.#linkType = window.view.getUint32(window.at + 20, this.#isLittle) & 0xffff;
    this.#needLink(this.#linkType);
    window.at += 24;
    this.#format = 'pcap';
    return 'nothing';
  }

  #needLink(linkType: number): void {
    if (isKnownLink(linkType)) return;
    throw new TwinError('DATA_FORMAT', 'a capture is of Ethernet, Linux cooked or raw IP packets', {
      source: this.#quarantine.source,
      linkType,
    });
  }

  /** Record of a classic file: seconds, fraction, captured length, original length, packet. */
  #record(): 'packet' | 'nothing' | 'more' {
    const { view, at, end } = this.#window;
    if (end - at < 16) return 'more';
    const captured = view.getUint32(at + 8, this.#isLittle);
    const original = view.getUint32(at + 12, this.#isLittle);
    if (captured > PACKET_BYTES_MAX) return this.#lose(`a packet of ${captured} bytes`);
    if (end - at < 16 + captured) return 'more';
    this.captureSeconds = view.getUint32(at, this.#isLittle);
    this.captureNanos = view.getUint32(at + 4, this.#isLittle) * (this.#isNano ? 1 : 1000);
    this.#packet(at + 16, captured, original);
    this.#window.at = at + 16 + captured;
    return 'packet';
  }

  #packet(at: number, captured: number, original: number): void {
    this.#packetAt = at;
    this.#packetEnd = at + captured;
    this.#isCut = captured < original;
  }

  /** Block of a pcapng file: type, length, body, length again. */
  #block(): 'packet' | 'nothing' | 'more' {
    const { view, at, end } = this.#window;
    if (end - at < 12) return 'more';
    if (view.getUint32(at) === BLOCK_SECTION && !this.#setByteOrder(view, at)) {
      return this.#lose('a section without byte order');
    }
    const isLittle = this.#isLittle;
    const type = view.getUint32(at, isLittle);
    const length = view.getUint32(at + 4, isLittle);
    if (length < 12 || length % 4 !== 0 || length > PCAPNG_BLOCK_BYTES_MAX) {
      return this.#lose(`a block of ${length} bytes`);
    }
    if (end - at < length) return 'more';
    if (view.getUint32(at + length - 4, isLittle) !== length) return this.#lose('a block with two lengths');
    this.#window.at = at + length;
    return this.#body(type, at + 8, at + length - 4);
  }

  #setByteOrder(view: DataView, at: number): boolean {
    this.#isLittle = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    return this.#isLittle || view.getUint32(at + 8) === BYTE_ORDER_MAGIC;
  }

  #body(type: number, at: number, end: number): 'packet' | 'nothing' {
    switch (type) {
      case BLOCK_SECTION:
        this.#interfaces = [];
        return 'nothing';
      case BLOCK_INTERFACE:
        return this.#interface(at, end);
      case BLOCK_ENHANCED_PACKET:
        return end - at < 20 ? this.#damagedBlock() : this.#timedPacket(at, end, 4);
      case BLOCK_PACKET_OLD:
        return end - at < 20 ? this.#damagedBlock() : this.#timedPacket(at, end, 2);
      case BLOCK_SIMPLE_PACKET:
        return this.#simplePacket(at, end);
      default:
        return 'nothing';
    }
  }

  #interface(at: number, end: number): 'nothing' {
    const { view } = this.#window;
    const isLittle = this.#isLittle;
    if (end - at < 8) return this.#damagedBlock();
    if (this.#interfaces.length === PCAPNG_INTERFACES_MAX) {
      throw new TwinError('BASE_LIMIT', 'a capture has at most PCAPNG_INTERFACES_MAX interfaces', {
        source: this.#quarantine.source,
      });
    }
    let units = 1e6;
    let offsetSeconds = 0;
    let option = at + 8;
    while (option + 4 <= end) {
      const code = view.getUint16(option, isLittle);
      const length = view.getUint16(option + 2, isLittle);
      if (code === 0 || option + 4 + length > end) break;
      if (code === 9 && length === 1) units = unitsPerSecond(view.getUint8(option + 4));
      if (code === 14 && length === 8) offsetSeconds = readInt64(view, option + 4, isLittle);
      option += 4 + length + (-length & 3);
    }
    const linkType = view.getUint16(at, isLittle);
    this.#interfaces.push({ linkType, snapLength: view.getUint32(at + 4, isLittle), units, offsetSeconds });
    return 'nothing';
  }

  /** Enhanced packet, or the old packet block, whose interface number has two bytes. */
  #timedPacket(at: number, end: number, idBytes: number): 'packet' | 'nothing' {
    const { view } = this.#window;
    const isLittle = this.#isLittle;
    const id = idBytes === 4 ? view.getUint32(at, isLittle) : view.getUint16(at, isLittle);
    const captured = view.getUint32(at + 12, isLittle);
    const original = view.getUint32(at + 16, isLittle);
    const from = this.#interfaces[id];
    if (from === undefined || captured > end - at - 20 || captured > PACKET_BYTES_MAX) {
      return this.#damagedBlock();
    }
    this.#needLink(from.linkType);
    this.#linkType = from.linkType;
    this.#setTime(view.getUint32(at + 4, isLittle), view.getUint32(at + 8, isLittle), from);
    this.#packet(at + 20, captured, original);
    return 'packet';
  }

  /** A clock that is too fine, or before 1970, gives no time rather than a wrong one. */
  #setTime(hi: number, lo: number, from: CaptureInterface): void {
    const isClear = from.units <= CAPTURE_UNITS_PER_SECOND_MAX;
    const seconds = isClear ? wholeSeconds(hi, lo, from.units) + from.offsetSeconds : -1;
    const isTime = seconds >= 0 && seconds <= 0xffff_ffff_ff;
    this.captureSeconds = isTime ? seconds : -1;
    this.captureNanos = isTime ? restNanos(hi, lo, from.units) : 0;
  }

  #simplePacket(at: number, end: number): 'packet' | 'nothing' {
    const from = this.#interfaces[0];
    if (from === undefined || end - at < 4) return this.#damagedBlock();
    const original = this.#window.view.getUint32(at, this.#isLittle);
    const captured = from.snapLength === 0 ? original : Math.min(original, from.snapLength);
    if (captured > end - at - 4) return this.#damagedBlock();
    this.#needLink(from.linkType);
    this.#linkType = from.linkType;
    this.captureSeconds = -1;
    this.captureNanos = 0;
    this.#packet(at + 4, captured, original);
    return 'packet';
  }

  #damagedBlock(): 'nothing' {
    this.#quarantine.add('packet-damaged', this.packetCount++, 'a block that contradicts itself');
    return 'nothing';
  }

  #lose(detail: string): 'more' {
    const window = this.#window;
    this.#isLost = true;
    const position = window.position;
    window.at = window.end;
    const where = `${detail} at byte ${position}: all that follows is skipped`;
    this.#quarantine.add('packet-damaged', this.packetCount, where);
    return 'more';
  }
}

function readInt64(view: DataView, at: number, isLittle: boolean): number {
  const hi = view.getInt32(isLittle ? at + 4 : at, isLittle);
  const lo = view.getUint32(isLittle ? at : at + 4, isLittle);
  return hi * 0x1_0000_0000 + lo;
}
