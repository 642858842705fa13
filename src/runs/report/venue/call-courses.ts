/**
 * What venues publish before their auctions, one course per call. A call may publish once a second for hours, so a course
 * keeps every n-th publication; n doubles whenever the course is full.
 */

import type { AuctionKindName } from '../../../domain/index.ts';
import { KeptList } from './kept-list.ts';
import type { AuctionResult, CallCourse, CallPoint, Kept } from './session-summary.ts';

/** Calls kept per instrument: of the schedule, and of interruptions. */
export const CALLS_MAX = 4;
export const REOPENING_CALLS_MAX = 2;
/** Publications kept of one call. */
export const CALL_POINTS_MAX = 120;

export class CallCourses {
  readonly #scheduled = new KeptList<CallCourse>(CALLS_MAX);
  readonly #reopenings = new KeptList<CallCourse>(REOPENING_CALLS_MAX);
  /** Calls under way: an interruption may publish while an auction of the schedule lies ahead. */
  readonly #open = new Map<AuctionKindName, Course>();

  publish(kind: AuctionKindName, point: CallPoint): void {
    let course = this.#open.get(kind);
    if (course === undefined) {
      course = new Course(kind);
      this.#open.set(kind, course);
    }
    course.add(point);
  }

  /** The auction took place: with or without a price, its call is over. */
  end(auction: AuctionResult): void {
    this.#close(auction.kind, auction);
  }

  /** The day, or the run, is over: what is under way came to nothing. */
  endDay(): void {
    for (const kind of this.#open.keys()) this.#close(kind, null);
  }

  /** In order of time. */
  kept(): Kept<CallCourse> {
    const scheduled = this.#scheduled.kept();
    const reopenings = this.#reopenings.kept();
    const startNs = ({ points }: CallCourse): number => points[0]!.timeNs;
    return {
      list: [...scheduled.list, ...reopenings.list].sort((a, b) => startNs(a) - startNs(b)),
      leftOut: scheduled.leftOut + reopenings.leftOut,
    };
  }

  #close(kind: AuctionKindName, auction: AuctionResult | null): void {
    const course = this.#open.get(kind);
    if (course === undefined) return;
    this.#open.delete(kind);
    if (!course.hasPoints) return;
    (kind === 'reopening' ? this.#reopenings : this.#scheduled).add(course.finish(auction));
  }
}

class Course {
  readonly #kind: AuctionKindName;
  #points: CallPoint[] = [];
  #publications = 0;
  /** Of this many publications one is kept. */
  #step = 1;
  #sinceKept = 0;
  #last: CallPoint | null = null;

  constructor(kind: AuctionKindName) {
    this.#kind = kind;
  }

  get hasPoints(): boolean {
    return this.#last !== null;
  }

  add(point: CallPoint): void {
    this.#publications++;
    // Calls are announced long before the first order: that tells nothing.
    if (this.#last === null && isBlank(point)) return;
    this.#last = point;
    if (this.#sinceKept === 0) this.#keep(point);
    this.#sinceKept = (this.#sinceKept + 1) % this.#step;
  }

  finish(auction: AuctionResult | null): CallCourse {
    const last = this.#last!;
    const points = this.#points.at(-1) === last ? this.#points : [...this.#points, last];
    return { kind: this.#kind, publications: this.#publications, points, auction };
  }

  #keep(point: CallPoint): void {
    if (this.#points.length === CALL_POINTS_MAX) {
      this.#points = this.#points.filter((_, i) => i % 2 === 0);
      this.#step *= 2;
    }
    this.#points.push(point);
  }
}

function isBlank({ priceTicks, pairedLots, imbalanceLots }: CallPoint): boolean {
  return priceTicks === null && pairedLots === 0 && imbalanceLots === 0;
}
