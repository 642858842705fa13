export { RunDigest } from './digest.ts';
export {
  EVENT_WORDS,
  EVENTS_PENDING_MAX,
  type EventHandler,
  Kernel,
  LANES_MAX,
  PAYLOAD_WORDS,
  TIME_NS_MAX,
} from './kernel.ts';
export { RandomStreams } from './streams.ts';
