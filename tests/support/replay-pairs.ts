/** Small LOBSTER files written by hand, and a replay of them, for tests. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TwinError } from '../../src/base/index.ts';
import { EV_TRADE, type EventSink, RECORD_WORDS, WORD_QTY } from '../../src/domain/index.ts';
import { type ReplayOptions, type ReplayResult, replayFiles } from '../../src/replay/index.ts';

let files = 0;

/** Writes lines into a new file of the folder and gives its path. */
export function writeLines(folder: string, kind: string, lines: readonly string[]): string {
  const path = join(folder, `${files++}-${kind}.csv`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

export interface HandMadePair {
  /** `type,id,size,price,direction`; the time is the row's number in seconds. */
  readonly messages: readonly string[];
  readonly rows: readonly string[];
}

export function replayPair(
  folder: string,
  pair: HandMadePair,
  options: Partial<ReplayOptions> = {},
): Promise<ReplayResult> {
  const messages = pair.messages.map((message, row) => `${34_200 + row}.5,${message}`);
  const paths = [writeLines(folder, 'messages', messages), writeLines(folder, 'rows', pair.rows)];
  return replayFiles(paths, { mode: 'match', strictness: 'strict', ...options });
}

/** The TwinError that a promise ends with. */
export async function faultOf(promise: Promise<unknown>): Promise<TwinError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TwinError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** Adds up the lots of all trades that it is given. */
export class VolumeSink implements EventSink {
  lots = 0;
  trades = 0;
  records = 0;

  write(words: Int32Array, recordCount: number): void {
    this.records += recordCount;
    for (let at = 0; at < recordCount * RECORD_WORDS; at += RECORD_WORDS) {
      if ((words[at]! & 0xff) !== EV_TRADE) continue;
      this.trades++;
      this.lots += words[at + WORD_QTY]!;
    }
  }
}
