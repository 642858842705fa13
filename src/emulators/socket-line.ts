/** One WebSocket connection of an emulated vendor: what is sent over it, and the faults that befall that. */

import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Line } from './contract.ts';
import type { Fault, FaultPlan } from './faults.ts';

/** Bytes that may wait for a client; one that is further behind is sent away, as vendors do. */
export const WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** From here on a playback without a clock waits for the client. */
export const WAITING_BYTES_ENOUGH = 256 * 1024;
const POLICY_VIOLATION = 1008;

export interface LineCounts {
  sent: number;
  tooSlow: number;
}

export class SocketLine implements Line {
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #faults: FaultPlan;
  readonly #counts: LineCounts;
  /** Messages that wait for a slow one; null while none is late. */
  #late: string[] | null = null;
  #lateBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  /** A message that comes after the next one. */
  #swapped: string | null = null;
  #isCut = false;

  constructor(socket: WebSocket, raw: Duplex, faults: FaultPlan, counts: LineCounts) {
    this.#socket = socket;
    this.#raw = raw;
    this.#faults = faults;
    this.#counts = counts;
  }

  /** Bytes that wait for the client. */
  get waitingBytes(): number {
    return this.isOpen ? this.#socket.bufferedAmount + this.#lateBytes : 0;
  }

  get isOpen(): boolean {
    return !this.#isCut && this.#socket.readyState === WebSocket.OPEN;
  }

  answer(message: unknown): void {
    this.#put(JSON.stringify(message));
  }

  send(message: unknown): void {
    if (!this.isOpen) return;
    const text = JSON.stringify(message);
    const swapped = this.#swapped;
    this.#swapped = null;
    this.#sendWith(this.#faults.next('socket'), text);
    if (swapped !== null) this.#put(swapped);
    if (this.waitingBytes <= WAITING_BYTES_MAX) return;
    this.#counts.tooSlow++;
    this.#socket.terminate();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Forgets what waits; the connection is gone. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#late = null;
    this.#lateBytes = 0;
  }

  /** Ends the connection as a policy of the vendor wants it. */
  refuse(reason: string): void {
    this.close(POLICY_VIOLATION, reason);
  }

  #sendWith(fault: Fault | null, text: string): void {
    switch (fault?.name) {
      case 'gap':
        return;
      case 'duplicate':
        this.#put(text);
        this.#put(text);
        return;
      case 'reorder':
        this.#swapped = text;
        return;
      case 'bad-frame':
        this.#put(text.slice(0, Math.ceil(text.length / 2)));
        return;
      case 'cut':
        this.#cut(text);
        return;
      case 'slow':
        this.#delay(fault.parameters.ms!);
        this.#put(text);
        return;
      default:
        this.#put(text);
    }
  }

  #put(text: string): void {
    if (!this.isOpen) return;
    if (this.#late !== null) {
      this.#late.push(text);
      this.#lateBytes += text.length;
      return;
    }
    this.#counts.sent++;
    this.#socket.send(text);
  }

  #delay(ms: number): void {
    if (this.#late !== null) return;
    this.#late = [];
    this.#timer = setTimeout(() => {
      const late = this.#late ?? [];
      this.#late = null;
      this.#lateBytes = 0;
      for (const text of late) this.#put(text);
    }, ms);
  }

  /** The head of a frame (RFC 6455 §5.2) that promises all of the text, half of the text, and nothing more. */
  #cut(text: string): void {
    this.#isCut = true;
    const body = Buffer.from(text, 'utf8');
    const head = Buffer.alloc(10);
    head[0] = 0x81;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
    this.#raw.write(Buffer.concat([head, body.subarray(0, body.length >> 1)]), () => this.#raw.destroy());
  }
}
