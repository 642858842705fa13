export { RunDigest } from './digest.ts';
export { EVENTS_PENDING_MAX } from './event-queue.ts';
export { EVENT_WORDS, type EventHandler, Kernel, LANES_MAX, PAYLOAD_WORDS, TIME_NS_MAX } from './kernel.ts';
export { RandomStreams } from './streams.ts';
