/**
 * One WebSocket connection to a feed, as an adapter sees it while it opens a subscription: send, and wait for the answer. What
 * arrives meanwhile and is no answer is kept for the feed, in order. Reconnecting is the business of `live-connection.ts`.
 */

export interface FeedSocket {
  /** Sends a message; objects as JSON. */
  send(message: string | Readonly<Record<string, unknown>>): void;
  /**
   * The first message for which `isAnswer` returns true, parsed as JSON. Raises DATA_FEED after `timeoutMs`, with `what` in
   * its words, and whatever `isAnswer` raises.
   */
  answer(what: string, isAnswer: (message: unknown) => boolean, timeoutMs: number): Promise<unknown>;
}
