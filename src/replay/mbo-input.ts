/** What a replay reads its rows from: a recorded file, or records of a dataset. It may be opened again for another pass. */

import { basename } from 'node:path';
import { DbnDecoder, ItchDecoder, ItchPcapDecoder, type MboDecoder, type Quarantine } from '../data/index.ts';
import { type ByteCount, ByteFeed, unpackedBytes } from './byte-feed.ts';

/** The part of a decoder that a replay needs once the bytes are there. */
export type MboRows = Pick<MboDecoder, 'info' | 'read' | 'symbols' | 'remarks'>;

/** Rows that become readable piece by piece. */
export interface MboFeed {
  readonly rows: MboRows;
  /** All that there is has been pulled. */
  readonly hasEnded: boolean;
  /** Valid messages so far, those without a row included; 0 where the format does not count them. */
  readonly messages: number;
  /** Makes more rows readable, or finds the end. */
  pull(): Promise<void>;
  close(): Promise<void>;
}

export interface MboInput {
  /** For messages to people. */
  readonly name: string;
  /** Currency units of one price unit, as decimal text. */
  readonly priceUnit: string;
  /** Size for progress in the units that are counted as it is read; 0 where it is not known. */
  size(): Promise<number>;
  open(quarantine: Quarantine, done: ByteCount): MboFeed;
  /** Lots of one unit of quantity of a symbol; absent: 1. */
  lotsPerUnit?(symbol: string): number;
}

const ITCH_PRICE_UNIT = '0.0001';
export const DBN_PRICE_UNIT = '0.000000001';

/** A file of ITCH messages, or a capture of them. */
export function itchInput(path: string, isCapture: boolean): MboInput {
  return fileInput(path, ITCH_PRICE_UNIT, (quarantine) => {
    const decoder = isCapture ? new ItchPcapDecoder(quarantine) : new ItchDecoder(quarantine);
    return { decoder, messages: () => sumOf(decoder.messageCounts.values()) };
  });
}

/** A file of orders in DBN. */
export function dbnInput(path: string): MboInput {
  return fileInput(path, DBN_PRICE_UNIT, (quarantine) => ({
    decoder: new DbnDecoder(quarantine),
    messages: () => 0,
  }));
}

interface DecodedFile {
  readonly decoder: MboDecoder;
  readonly messages: () => number;
}

/** A file that a decoder of its format reads. */
export function fileInput(
  path: string,
  priceUnit: string,
  decode: (quarantine: Quarantine) => DecodedFile,
): MboInput {
  return {
    name: basename(path),
    priceUnit,
    size: () => unpackedBytes(path),
    open(quarantine, done) {
      const { decoder, messages } = decode(quarantine);
      return new FileFeed(new ByteFeed(path, decoder, done), decoder, messages);
    },
  };
}

class FileFeed implements MboFeed {
  readonly rows: MboDecoder;
  readonly #bytes: ByteFeed;
  readonly #messages: () => number;

  constructor(bytes: ByteFeed, decoder: MboDecoder, messages: () => number) {
    this.rows = decoder;
    this.#bytes = bytes;
    this.#messages = messages;
  }

  get hasEnded(): boolean {
    return this.#bytes.hasEnded;
  }

  get messages(): number {
    return this.#messages();
  }

  pull(): Promise<void> {
    return this.#bytes.pull();
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
