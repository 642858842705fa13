/** Files that are one JSON document. */

import type { RecordSink } from '../../ingest/adapter.ts';
import { wholePages } from '../../ingest/adapter.ts';
import type { FileNormaliser } from '../../ingest/file-format.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Hands the document on when it is whole; one that is no JSON object is set aside. */
export function jsonDocument(
  venue: string,
  sink: RecordSink,
  take: (document: Json) => void,
): FileNormaliser {
  const pages = wholePages((bytes) => {
    const document = parseObject(new TextDecoder().decode(bytes));
    if (document === null) sink.reject('not-json', 0, 'the file is no JSON object');
    else take(document);
  });
  return { venue, write: pages.write, endPage: pages.endPage, end: pages.end };
}

export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the first keys of an object, read from the beginning of a document that may be cut. */
export function firstKeys(head: Uint8Array, count: number): string[] {
  const text = new TextDecoder().decode(head.subarray(0, 4096)).trimStart();
  if (!text.startsWith('{')) return [];
  return [...text.matchAll(/[{,]\s*"([A-Za-z_]+)"\s*:/g)].slice(0, count).map((found) => found[1]!);
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}
