/**
 * Decoder of captured ITCH multicast: capture file, MoldUDP64, ITCH. Both lines of a feed, in whatever order, make one. TCP packets are passed over and counted, because
 * without putting the stream together a repeated segment would be read twice.
 *
 * Two clocks: `tsEventNs` is ns since midnight where the venue is, `tsRecvNs` ns since UTC midnight of the first
 * packet's day. The capture does not name the venue's zone, so they differ by its offset from UTC (for Nasdaq four or
 * five hours) besides the true delay; a capture that runs past UTC midnight goes on counting. `epochNs` stays null.
 */

import {
  MBO_FLAG_LAST,
  MBO_FLAG_MAYBE_BAD_BOOK,
  type MboBatch,
  type MboDecoder,
  remarksOf,
  UNDEF_TS,
} from '../mbo-batch.ts';
import type { Quarantine } from '../quarantine.ts';
import { ITCH_SOURCE_INFO } from './itch-decoder.ts';
import { type ItchDecoderOptions, ItchFrames } from './itch-frames.ts';
import { MoldSequencer } from './mold-udp64.ts';
import { PcapReader } from './pcap.ts';

const SECONDS_PER_DAY = 86_400;
/** Beyond this many seconds from the first midnight, ns are no longer exact. */
const SECONDS_MAX = 9_000_000;
/** Lines of one venue are apart by far less, also between sites. */
export const WINDOW_MS = 50;

export interface ItchPcapOptions extends ItchDecoderOptions {
  /** How long a missing packet is waited for, on its line or the other one, ms by the clock of the capture. */
  readonly windowMs?: number;
}

/** Capture bytes in, columns out. A chunk must stay as it is until `read` gave fewer rows than the batch holds. */
export class ItchPcapDecoder implements MboDecoder {
  readonly info = ITCH_SOURCE_INFO;
  /** TCP packets passed over. */
  tcpPacketCount = 0;
  /** Capture file: packet counts. */
  readonly packets: PcapReader;
  /** Packet sequence: gaps, repeats, heartbeats. */
  readonly sequencer: MoldSequencer;
  readonly #frames: ItchFrames;
  #midnightSeconds = -1;
  #firstSeconds = -1;
  #isEnd = false;

  constructor(quarantine: Quarantine, options: ItchPcapOptions = {}) {
    this.packets = new PcapReader(quarantine);
    this.sequencer = new MoldSequencer(quarantine, options.windowMs ?? WINDOW_MS);
    this.#frames = new ItchFrames(quarantine, options);
  }

  get symbols(): ReadonlyMap<number, string> {
    return this.#frames.symbols;
  }

  /** Valid messages so far by type letter, those without a row included. */
  get messageCounts(): ReadonlyMap<string, number> {
    return this.#frames.messageCounts;
  }

  remarks(): Record<string, number> {
    return remarksOf({
      'tcp-packet': this.tcpPacketCount,
      'other-packet': this.packets.otherPacketCount,
      'repeated-message': this.sequencer.repeatCount,
    });
  }

  /** UTC midnight that `tsRecvNs` counts from, ns since 1970, or null before the first packet that has a time. */
  get captureEpochNs(): bigint | null {
    return this.#midnightSeconds < 0 ? null : BigInt(this.#midnightSeconds) * 1_000_000_000n;
  }

  /** Capture time of the first packet that has one, cut to seconds, ns since 1970 UTC. */
  get firstCaptureNs(): bigint | null {
    return this.#firstSeconds < 0 ? null : BigInt(this.#firstSeconds) * 1_000_000_000n;
  }

  write(chunk: Uint8Array): void {
    // The reader may move the bytes of a packet that a full batch left half read.
    if (this.#frames.at < this.#frames.end) this.#frames.detach();
    this.packets.write(chunk);
  }

  /** A cut tail is reported by the `read` that reaches it, or here when all before it has been read. */
  end(): void {
    this.packets.end();
    this.#isEnd = true;
    if (this.#frames.at === this.#frames.end) this.#nextMessages();
  }

  read(batch: MboBatch): number {
    batch.clear();
    for (;;) {
      this.#frames.fill(batch);
      if (batch.count === batch.capacity || !this.#nextMessages()) return batch.count;
    }
  }

  /** Moves on to the next packet with new messages; false when the bytes end. */
  #nextMessages(): boolean {
    const packets = this.packets;
    const sequencer = this.sequencer;
    for (;;) {
      if (sequencer.due(false)) return this.#take();
      if (!packets.next()) return this.#isEnd && sequencer.due(true) && this.#take();
      if (!packets.isUdp) {
        this.tcpPacketCount++;
        continue;
      }
      const { bytes, payloadAt, payloadEnd, captureSeconds, captureNanos } = packets;
      const index = packets.packetCount - 1;
      if (sequencer.accept(bytes, payloadAt, payloadEnd, index, captureSeconds, captureNanos))
        return this.#take();
    }
  }

  /** Makes the new messages of the sequencer those that are read. */
  #take(): true {
    const { bytes, messagesAt, messagesEnd, hasGap } = this.sequencer;
    const frames = this.#frames;
    frames.setRegion(bytes, messagesAt, messagesEnd);
    frames.tsRecvNs = this.#tsRecvNs();
    // What was lost may have been an order of any stock, so no book is certain from here on.
    frames.flags = hasGap ? MBO_FLAG_LAST | MBO_FLAG_MAYBE_BAD_BOOK : MBO_FLAG_LAST;
    return true;
  }

  #tsRecvNs(): number {
    const { captureSeconds, captureNanos } = this.sequencer;
    if (captureSeconds < 0) return UNDEF_TS;
    if (this.#midnightSeconds < 0) {
      this.#midnightSeconds = captureSeconds - (captureSeconds % SECONDS_PER_DAY);
      this.#firstSeconds = captureSeconds;
    }
    const seconds = captureSeconds - this.#midnightSeconds;
    return seconds >= 0 && seconds <= SECONDS_MAX ? seconds * 1e9 + captureNanos : UNDEF_TS;
  }
}
