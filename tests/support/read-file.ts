/** Reads a file through its format into memory, as an ingest does with the lake. */

import { basename } from 'node:path';
import { type FileFormat, MemorySink, openByteSource } from '../../src/data/index.ts';

export interface ReadOptions {
  readonly options?: Readonly<Record<string, string>>;
  /** Name that the format is told instead of that of the path. */
  readonly fileName?: string;
  /** Bytes per chunk; absent: as they are read. */
  readonly chunkBytes?: number;
  readonly mode?: 'strict' | 'lenient';
}

export async function readFile(format: FileFormat, path: string, how: ReadOptions = {}): Promise<MemorySink> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openByteSource(path)) chunks.push(chunk.slice());
  return readBytes(format, Buffer.concat(chunks), { fileName: basename(path), ...how });
}

export function readBytes(format: FileFormat, bytes: Uint8Array, how: ReadOptions = {}): MemorySink {
  const fileName = how.fileName ?? 'file';
  const sink = new MemorySink(fileName, how.mode ?? 'lenient');
  const options = Object.fromEntries(
    Object.entries(format.options).map(([name, option]) => [name, how.options?.[name] ?? option.default]),
  );
  const normaliser = format.open({ fileName, options }, sink);
  const step = how.chunkBytes ?? 1 << 18;
  for (let at = 0; at < bytes.length; at += step) normaliser.write(bytes.subarray(at, at + step));
  normaliser.endPage();
  normaliser.end();
  return sink;
}

/** Everything a sink holds, as text that two runs can be compared by. */
export function sinkText(sink: MemorySink): string {
  const schemas = Object.keys(sink.counts()).sort() as (keyof ReturnType<MemorySink['counts']>)[];
  return JSON.stringify(
    [
      schemas.map((schema) => [schema, sink.records(schema)]),
      [...sink.remarks].sort(),
      [...sink.quarantine.counts].sort(),
    ],
    (_key, value) => (typeof value === 'bigint' ? `${value}n` : value),
  );
}
