/** What a translator of a venue's messages is to whoever reads recordings of several venues. */

import type { FeedWriter } from './feed-writer.ts';
import type { Instant } from './instant.ts';

export interface VenueMessages {
  readonly writer: FeedWriter;
  /** One parsed message of a socket. */
  frame(message: unknown, tsRecv: Instant | null): void;
  /** The parsed answer to a request for an address. */
  answer(url: string, body: unknown, tsRecv: Instant | null): void;
  /** The connection was lost: messages may be missing from here on. */
  interrupt(atMs: number): void;
  /** Nothing more comes. */
  end(): void;
}
