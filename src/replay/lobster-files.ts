/** Which of the files given is what in a LOBSTER replay. */

import { basename } from 'node:path';
import { TwinError } from '../base/index.ts';
import {
  BookRow,
  type DataFormat,
  findLobsterPair,
  LobsterBookReader,
  LobsterDecoder,
  lobsterEpochNs,
  lobsterKindOfContent,
  openByteSource,
  parseLobsterFileName,
  Quarantine,
} from '../data/index.ts';
import { ByteCount, ByteFeed } from './byte-feed.ts';
import { fileInput, type MboInput } from './mbo-input.ts';

export interface SniffedFile {
  readonly path: string;
  readonly kind: DataFormat;
}

export interface LobsterFiles {
  readonly messagePath: string;
  /** Rows to compare with, null if there are none. */
  readonly orderbookPath: string | null;
  /** Another orderbook file of the same messages with more levels, whose first row opens the book; usually null. */
  readonly openingPath: string | null;
}

/** Raises DATA_PAIR if the files do not make a replay. */
export async function findLobsterFiles(files: readonly SniffedFile[]): Promise<LobsterFiles> {
  const messages = files.filter((file) => isMessageFile(file));
  const orderbooks = files.filter((file) => !isMessageFile(file)).map(({ path }) => path);
  if (messages.length !== 1 || orderbooks.length > 2) {
    throw new TwinError(
      'DATA_PAIR',
      'a LOBSTER replay is one message file, with its orderbook file if there is one',
      {
        messageFiles: messages.map(({ path }) => basename(path)).join(', ') || 'none',
        orderbookFiles: orderbooks.map((path) => basename(path)).join(', ') || 'none',
      },
    );
  }
  const messagePath = messages[0]!.path;
  for (const path of orderbooks) checkNames(messagePath, path);
  if (orderbooks.length < 2) return { messagePath, orderbookPath: orderbooks[0] ?? null, openingPath: null };
  const [first, second] = (await Promise.all(orderbooks.map(levelsOf))) as [number, number];
  if (first === second) {
    throw new TwinError('DATA_PAIR', 'a second orderbook file has more levels: it only opens the book', {
      first: basename(orderbooks[0]!),
      second: basename(orderbooks[1]!),
      levels: first,
    });
  }
  const deeper = first > second ? 0 : 1;
  return { messagePath, orderbookPath: orderbooks[1 - deeper]!, openingPath: orderbooks[deeper]! };
}

/** What a LOBSTER replay reads: messages of one symbol, and the rows of the book beside them if there are any. */
export interface LobsterSource extends Pick<LobsterFiles, 'orderbookPath' | 'openingPath'> {
  /** `messages` of its feed counts rows, bad ones too. */
  readonly input: MboInput;
  readonly symbol: string;
  /** Time 0 as ns since 1970 UTC, null where nothing tells the day. */
  readonly epochNs: bigint | null;
  /** Levels of the book to which the messages were cut, 0 where nothing tells. */
  readonly levels: number;
}

export const LOBSTER_PRICE_UNIT = '0.0001';

export function lobsterSource({ messagePath, orderbookPath, openingPath }: LobsterFiles): LobsterSource {
  const name = parseLobsterFileName(messagePath);
  const symbol = lobsterSymbol(messagePath);
  const input = fileInput(messagePath, LOBSTER_PRICE_UNIT, (quarantine) => {
    const decoder = new LobsterDecoder(quarantine, { symbol });
    return { decoder, messages: () => decoder.rowsSeen };
  });
  const epochNs = name === null ? null : lobsterEpochNs(name.date);
  return { input, symbol, epochNs, levels: name?.levels ?? 0, orderbookPath, openingPath };
}

/** Symbol of a message file: from its name, or the name itself. */
export function lobsterSymbol(messagePath: string): string {
  const name = parseLobsterFileName(messagePath);
  return name?.symbol ?? basename(messagePath).replace(/\.csv(\.gz)?$/, '');
}

/** First good row of an orderbook file, null if there is none. */
export async function firstBookRow(path: string): Promise<BookRow | null> {
  const reader = new LobsterBookReader(new Quarantine('lenient', basename(path)));
  const feed = new ByteFeed(path, reader, new ByteCount());
  const row = new BookRow();
  try {
    while (!reader.readRow(row)) {
      if (feed.hasEnded) return null;
      await feed.pull();
    }
  } finally {
    await feed.close();
  }
  return row;
}

function isMessageFile({ kind }: SniffedFile): boolean {
  return kind === 'lobster-message';
}

/** What a file is whose first rows do not all fit one format: its name or its first row tells a damaged LOBSTER file. */
export async function kindOfDamaged(path: string): Promise<DataFormat> {
  const kind = parseLobsterFileName(path)?.kind ?? lobsterKindOfContent(await firstChunk(path));
  if (kind === null) return 'unknown';
  return kind === 'message' ? 'lobster-message' : 'lobster-orderbook';
}

async function firstChunk(path: string): Promise<Uint8Array> {
  for await (const chunk of openByteSource(path)) return chunk;
  return new Uint8Array(0);
}

/** Where both names follow the vendor's pattern they have to be of one symbol, day and depth. */
function checkNames(messagePath: string, orderbookPath: string): void {
  const names = [parseLobsterFileName(messagePath), parseLobsterFileName(orderbookPath)];
  if (names[0] === null || names[1] === null) return;
  findLobsterPair([messagePath, orderbookPath], () => new Uint8Array(0));
}

async function levelsOf(path: string): Promise<number> {
  return (await firstBookRow(path))?.levels ?? 0;
}
