/** Replays recordings of any supported format; what they are is told from their content. */

import { basename, resolve } from 'node:path';
import { TwinError } from '../base/index.ts';
import { type DataFormat, sniffFormat } from '../data/index.ts';
import type { ReplayFormat, ReplayOptions, ReplayResult } from './contract.ts';
import { replayEvents } from './event-replay.ts';
import {
  findLobsterFiles,
  kindOfDamaged,
  lobsterSource,
  lobsterSymbol,
  type SniffedFile,
} from './lobster-files.ts';
import { replayLobster } from './lobster-replay.ts';
import { dbnInput, itchInput } from './mbo-input.ts';
import { replayMessages } from './message-replay.ts';
import { venueInput } from './venue-feeds.ts';

const FORMAT_OF_KIND: Readonly<Record<DataFormat, ReplayFormat | null>> = {
  'lobster-message': 'lobster',
  'lobster-orderbook': 'lobster',
  itch: 'itch',
  'itch-pcap': 'itch',
  dbn: 'dbn',
  'dbn-venue': 'dbn',
  unknown: null,
};

/**
 * Replays files through the order book. LOBSTER: a message file, with its orderbook file if there is one, in any order;
 * a further orderbook file with more levels opens the book. ITCH and DBN: files in the order of time; beside those of DBN,
 * files of status and imbalance and captures of CME's MDP 3.0 in any order.
 * Raises DATA_FORMAT, DATA_PAIR and, in strict mode, DATA_RECORD.
 */
export async function replayFiles(paths: readonly string[], options: ReplayOptions): Promise<ReplayResult> {
  const startMs = performance.now(); // det-ok: how long it took is told, in no record
  const files = await Promise.all(paths.map(sniffFile));
  const format = formatOf(files, options);
  const result = await replayAs(format, files, options);
  return {
    format,
    mode: options.mode,
    files: [...paths],
    ...result,
    seconds: Math.round(performance.now() - startMs) / 1000, // det-ok: as above, beside the digest
  };
}

/** What a file is, a damaged one of LOBSTER included. */
export async function sniffFile(path: string): Promise<SniffedFile> {
  const kind = await sniffFormat(path);
  return { path, kind: kind === 'unknown' ? await kindOfDamaged(path) : kind };
}

async function replayAs(
  format: ReplayFormat,
  files: readonly SniffedFile[],
  options: ReplayOptions,
): Promise<Omit<ReplayResult, 'format' | 'mode' | 'files' | 'seconds'>> {
  const paths = files.map(({ path }) => path);
  if (format === 'dbn') return replayDbnFiles(files, options);
  if (format === 'lobster') {
    const found = await findLobsterFiles(files);
    if (options.symbols !== undefined) checkSymbol(options.symbols, lobsterSymbol(found.messagePath));
    return replayLobster(lobsterSource(found), options);
  }
  const captures = files.filter(({ kind }) => kind === 'itch-pcap').length;
  if (captures !== 0 && captures !== files.length) {
    throw new TwinError('DATA_FORMAT', 'ITCH files of one replay are all captures or none', {
      files: paths.map((path) => basename(path)).join(', '),
    });
  }
  return replayMessages(
    paths.map((path) => itchInput(path, captures > 0)),
    options,
  );
}

/** Files of status and imbalance, and captures of CME's MDP, tell of sessions beside the files with the orders. */
function replayDbnFiles(
  files: readonly SniffedFile[],
  options: ReplayOptions,
): Promise<Omit<ReplayResult, 'format' | 'mode' | 'files' | 'seconds'>> {
  const isBeside = ({ kind }: SniffedFile): boolean => kind === 'dbn-venue' || kind === 'itch-pcap';
  const orders = files.filter((file) => !isBeside(file));
  // Without orders there is nothing to stand beside: the first file says what it is when it is read.
  const isAlone = orders.length === 0;
  const beside = isAlone ? [] : files.filter(isBeside);
  return replayEvents(
    (isAlone ? files : orders).map(({ path }) => dbnInput(path)),
    beside.map(({ path, kind }) => venueInput(path, kind === 'itch-pcap' ? 'mdp' : 'dbn')),
    options,
  );
}

function formatOf(files: readonly SniffedFile[], options: ReplayOptions): ReplayFormat {
  if (files.length === 0) throw new TwinError('DATA_FORMAT', 'a replay has at least one file');
  const distinct = new Set(files.map(({ path }) => resolve(path)));
  if (distinct.size < files.length) {
    throw new TwinError('DATA_PAIR', 'each file of one replay is given once', {
      files: files.map(({ path }) => basename(path)).join(', '),
    });
  }
  const formats = files.map(({ kind }) => options.format ?? FORMAT_OF_KIND[kind]);
  const unknown = formats.indexOf(null);
  if (unknown >= 0) {
    throw new TwinError('DATA_FORMAT', 'a recording is of LOBSTER, ITCH 5.0 or DBN', {
      file: basename(files[unknown]!.path),
    });
  }
  const isCaptureBesideDbn = files.every(({ kind }, at) => kind === 'itch-pcap' || formats[at] === 'dbn');
  if (formats.includes('dbn') && isCaptureBesideDbn) return 'dbn';
  if (new Set(formats).size > 1) {
    throw new TwinError('DATA_PAIR', 'the files of one replay are of one format', {
      files: files.map(({ path }, at) => `${basename(path)} is ${formats[at]}`).join(', '),
    });
  }
  return formats[0]!;
}

/** A LOBSTER file has one symbol: asking for others only would replay nothing. */
function checkSymbol(wanted: readonly string[], symbol: string): void {
  const missing = wanted.filter((name) => name !== symbol);
  if (missing.length === 0 && wanted.length > 0) return;
  throw new TwinError('DATA_FORMAT', 'a symbol that is asked for is in the source', {
    missing: missing.join(', '),
    found: symbol,
  });
}
