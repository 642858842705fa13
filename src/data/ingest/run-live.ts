/**
 * A live feed into the lake: every frame is kept raw, given to the adapter at once, and what it makes goes through the checks into
 * the lake, segment by segment. A segment is a task: accepted wholly, with its raw frames; what a crash takes is the segment that
 * was open. Losses of the feed are mended by a snapshot while frames go on arriving.
 */

import { join } from 'node:path';
import { TwinError } from '../../base/index.ts';
import type { TaskLine } from '../lake/dataset.ts';
import { Duck } from '../lake/duckdb.ts';
import type { Lake } from '../lake/lake.ts';
import type { PartWriter } from '../lake/part-writer.ts';
import type { RawStream } from '../lake/raw-store.ts';
import { openTaskWriter } from '../lake/task-writer.ts';
import { createQualityStage } from '../quality/stage.ts';
import { receiveTimeNs } from '../transport/clock.ts';
import type { HttpClient } from '../transport/http-client.ts';
import { LiveConnection } from '../transport/live-connection.ts';
import type { LiveFeed, LiveFrame } from './adapter.ts';
import { LakeSink } from './lake-sink.ts';
import type { QualityStage, SetAside } from './quality-stage.ts';
import { keepAside, SET_ASIDE_KEPT_MAX } from './set-aside.ts';

/** Rows of a batch: given away so often that none takes long. */
const LIVE_BATCH_ROWS = 512;
export const SEGMENT_MS = 10_000;
/** Frames after which a segment ends before its time. */
const SEGMENT_FRAMES_MAX = 250_000;
/** Attempts to mend one loss before the connection is given up. */
const RESYNCS_MAX = 5;
/** Frames between two looks at the clock and at full batches. */
const LOOK_EVERY = 64;

export interface LiveProgress {
  readonly frames: number;
  readonly records: number;
  readonly segments: number;
  readonly connections: number;
  readonly resyncs: number;
  readonly state: string;
}

export interface LiveOptions {
  readonly lake: Lake;
  readonly dataset: string;
  readonly maker: { readonly name: string; readonly version: number };
  readonly http: HttpClient;
  /** Ends the feed; what was received is written. */
  readonly signal: AbortSignal;
  readonly segmentMs?: number;
  readonly onProgress?: (progress: LiveProgress) => void;
  /** Told of each frame when its records are made: for figures of delay. */
  readonly onFrame?: (frame: LiveFrame) => void;
}

/** Runs a feed until the signal aborts. Raises DATA_FEED, DATA_LAKE; what was accepted stays. */
export async function runLive(feed: LiveFeed, options: LiveOptions): Promise<LiveProgress> {
  const release = options.lake.hold(options.dataset);
  const duck = await Duck.open({ spillFolder: join(options.lake.layout.tmp, `spill-${process.pid}`) });
  try {
    return await new LiveRun(feed, options, duck).run();
  } finally {
    duck.close();
    release();
  }
}

class LiveRun {
  readonly #feed: LiveFeed;
  readonly #options: LiveOptions;
  readonly #duck: Duck;
  readonly #connection: LiveConnection;
  /** Of the segment that is open: it remembers those before. */
  #stage = createQualityStage();
  #segment: Segment;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown = null;
  #resync: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #resyncFailures = 0;
  #frames = 0;
  #records = 0;
  #segments = 0;
  #resyncs = 0;
  #state = 'connecting';
  /** A subscription that broke, until something comes over the next connection. */
  #broken: { readonly connection: number; readonly why: string } | null = null;
  #isConnected = false;
  #heardNs = 0n;

  constructor(feed: LiveFeed, options: LiveOptions, duck: Duck) {
    this.#feed = feed;
    this.#options = options;
    this.#duck = duck;
    const { headers } = feed;
    this.#connection = new LiveConnection(feed, {
      ...(headers === undefined ? {} : { headers: (signal) => headers(options.http, signal) }),
      onState: ({ kind, why }) => {
        this.#noteBreak(kind, why);
        this.#state = kind === 'connected' || kind === 'resumed' ? 'live' : `${kind}: ${why}`;
        this.#tell();
      },
    });
    this.#segment = this.#newSegment();
  }

  async run(): Promise<LiveProgress> {
    const { signal } = this.#options;
    // A feed that says nothing must not keep what it said before from being written.
    const timer = setInterval(() => void this.#look(), this.#options.segmentMs ?? SEGMENT_MS);
    try {
      for await (const frame of this.#connection.frames(signal)) {
        this.#take(frame, signal);
        if (this.#frames % LOOK_EVERY === 0 || this.#segment.isOver) await this.#look();
        if (this.#failure !== null) throw this.#failure;
      }
    } finally {
      clearInterval(timer);
      await this.#looking;
      await this.#resync?.catch(() => undefined);
      this.#tellBreak(receiveTimeNs());
      await this.#endSegment();
      await this.#writing;
    }
    if (this.#failure !== null) throw this.#failure;
    return this.#progress();
  }

  #noteBreak(kind: string, why: string): void {
    if (kind === 'lost' && this.#isConnected)
      this.#broken ??= { connection: this.#connection.connections, why };
    if (kind === 'lost' || kind === 'connected') this.#isConnected = kind === 'connected';
  }

  #take(frame: LiveFrame, signal: AbortSignal): void {
    this.#frames++;
    this.#segment.keep(frame);
    if (this.#broken !== null && this.#connection.connections > this.#broken.connection)
      this.#tellBreak(frame.tsRecvNs);
    this.#heardNs = frame.tsRecvNs;
    const verdict = this.#feed.frame(frame, this.#segment.sink);
    this.#options.onFrame?.(frame);
    if (verdict === 'reconnect') this.#connection.reconnect('the feed asked for it');
    else if (verdict === 'resync' && this.#resync === null) this.#startResync(signal);
  }

  /** What a venue said meanwhile nobody heard; whether its feed has numbers that tell is its own affair. */
  #tellBreak(untilNs: bigint): void {
    if (this.#broken === null) return;
    const detail = `${this.#heardNs} to ${untilNs}: ${this.#broken.why}`;
    this.#segment.sink.reject('feed-broken', this.#frames, detail);
    this.#broken = null;
  }

  #startResync(signal: AbortSignal): void {
    this.#resyncs++;
    this.#resync = this.#feed
      .resync(this.#options.http, signal)
      .then(() => {
        this.#resyncFailures = 0;
      })
      .catch((error: unknown) => {
        if (signal.aborted) return;
        if (++this.#resyncFailures > RESYNCS_MAX) this.#failure = error;
        else this.#connection.reconnect(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        this.#resync = null;
      });
  }

  /** Gives full batches away and ends a segment whose time is over; one look at a time. */
  #look(): Promise<void> {
    this.#looking ??= (async () => {
      try {
        await this.#segment.drain();
        if (this.#segment.isOver) await this.#endSegment();
      } catch (error) {
        this.#failure ??= error;
      } finally {
        this.#looking = null;
      }
    })();
    return this.#looking;
  }

  /** Closes the segment and writes it while the next one fills; one is written at a time. */
  async #endSegment(): Promise<void> {
    const segment = this.#segment;
    await this.#writing;
    if (this.#failure !== null) return;
    // Its last batches are checked here, before the next segment has any.
    const finished = segment.finish();
    this.#stage = this.#stage.next();
    this.#segment = this.#newSegment();
    this.#writing = finished
      .then((line) => {
        if (line === null) return;
        this.#options.lake.append(this.#options.dataset, line);
        this.#segments++;
        for (const count of Object.values(line.counts)) this.#records += count;
        this.#tell();
      })
      .catch((error: unknown) => {
        this.#failure = error;
      });
  }

  #newSegment(): Segment {
    const { lake, dataset, maker } = this.#options;
    const segmentMs = this.#options.segmentMs ?? SEGMENT_MS;
    return new Segment({
      duck: this.#duck,
      lake,
      dataset,
      maker,
      feed: this.#feed,
      stage: this.#stage,
      segmentMs,
    });
  }

  #progress(): LiveProgress {
    return {
      frames: this.#frames,
      records: this.#records,
      segments: this.#segments,
      connections: this.#connection.connections,
      resyncs: this.#resyncs,
      state: this.#state,
    };
  }

  #tell(): void {
    this.#options.onProgress?.(this.#progress());
  }
}

interface SegmentParts extends Pick<LiveOptions, 'lake' | 'dataset' | 'maker'> {
  readonly duck: Duck;
  readonly feed: LiveFeed;
  readonly stage: QualityStage;
  readonly segmentMs: number;
}

/** What is received in some seconds, and becomes one task of the dataset. */
class Segment {
  readonly sink: LakeSink;
  readonly #lake: Lake;
  readonly #dataset: string;
  readonly #stage: QualityStage;
  readonly #aside: SetAside[] = [];
  readonly #writer: PartWriter;
  readonly #id: string;
  readonly #origin: string;
  readonly #startedMs = performance.now();
  readonly #segmentMs: number;
  #raw: RawStream | null = null;
  #frames = 0;

  constructor({ duck, lake, dataset, maker, feed, stage, segmentMs }: SegmentParts) {
    this.#stage = stage;
    this.#lake = lake;
    this.#dataset = dataset;
    this.#segmentMs = segmentMs;
    this.#id = `live-${Date.now().toString(36)}-${segmentNumber++}`;
    this.#origin = feed.url;
    this.sink = new LakeSink(
      this.#id,
      'lenient',
      this.#stage,
      (record) => {
        if (this.#aside.length < SET_ASIDE_KEPT_MAX) this.#aside.push(record);
      },
      LIVE_BATCH_ROWS,
    );
    this.#writer = openTaskWriter(lake, duck, { dataset, task: this.#id, venue: () => feed.venue, maker });
  }

  get isOver(): boolean {
    return (
      this.#frames >= SEGMENT_FRAMES_MAX ||
      (this.#frames > 0 && performance.now() - this.#startedMs >= this.#segmentMs)
    );
  }

  /** Keeps a frame as a line: time of receipt, a space, the frame. */
  keep({ text, tsRecvNs }: LiveFrame): void {
    this.#raw ??= this.#lake.raw.open(this.#origin, 'application/x-frames');
    this.#frames++;
    const body = typeof text === 'string' ? text : new TextDecoder().decode(text);
    this.#raw.write(Buffer.from(`${tsRecvNs} ${body.replaceAll('\n', ' ')}\n`));
  }

  drain(): Promise<void> {
    return this.sink.drain(this.#writer, false);
  }

  /** Writes everything; null when nothing came. */
  async finish(): Promise<TaskLine | null> {
    try {
      await this.sink.drain(this.#writer, true);
      const parts = await this.#writer.finish();
      if (this.#raw === null && this.sink.quarantine.total === 0) return null;
      const raw = await this.#raw?.finish();
      keepAside(this.#lake, this.#dataset, this.#id, this.#aside);
      return {
        line: 'task',
        task: this.#id,
        label: `${this.#frames} frames`,
        endedAt: new Date().toISOString(),
        seconds: Math.round(performance.now() - this.#startedMs) / 1000,
        parts,
        raw: raw === undefined ? [] : [{ sha256: raw.sha256, bytes: raw.bytes, origin: this.#origin }],
        counts: this.sink.counts,
        quarantined: Object.fromEntries(this.sink.quarantine.counts),
        quality: this.#stage.counts(),
        remarks: this.sink.remarks,
      };
    } catch (error) {
      await this.#raw?.abandon();
      throw error instanceof TwinError
        ? error
        : new TwinError('DATA_LAKE', 'a segment of a feed is written', { segment: this.#id }, error);
    }
  }
}

/** Tells segments of one millisecond apart. */
let segmentNumber = 0;
