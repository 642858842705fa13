// hot: runs for every record of a replay
/** The event records of a replay: written by the books, sealed by the run's digest and handed to the sink in batches. */

import { EventBuffer, type EventSink, RECORD_WORDS } from '../domain/index.ts';
import { RunDigest } from '../sim/index.ts';

/** Records that wait before they are sealed together. */
const WAITING_RECORDS = 8192;

export class RunJournal {
  readonly events = new EventBuffer(2 * WAITING_RECORDS);
  readonly digest = new RunDigest();
  readonly #sink: EventSink | null;

  readonly #isFirstPass: boolean;

  /** `isFirstPass`: the replay may still be started anew with other ticks. */
  constructor(sink: EventSink | null, isFirstPass: boolean) {
    this.#sink = sink;
    this.#isFirstPass = isFirstPass;
  }

  /** Whether the replay may be started anew with other ticks: once at most, and not after records left for the sink. */
  get mayRestart(): boolean {
    return this.#isFirstPass && (this.#sink === null || this.digest.count === 0);
  }

  /** To be called where no record may be taken back any more. */
  settle(): void {
    if (this.events.count >= WAITING_RECORDS) this.flush();
  }

  flush(): void {
    const { events } = this;
    if (events.count === 0) return;
    this.digest.seal(events.words, 0, events.count, RECORD_WORDS);
    this.#sink?.write(events.words, events.count);
    events.clear();
  }
}
