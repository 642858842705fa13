/** The best levels of a book as the twin sees them. */

import { type AgentPort, BUY, SELL, type Side } from '../../domain/index.ts';
import { type BookView, FEATURE_LEVELS, GAP_MAX } from './features.ts';

export class SeenBook implements BookView {
  readonly bidTicks = new Int32Array(FEATURE_LEVELS);
  readonly bidLots = new Float64Array(FEATURE_LEVELS);
  readonly askTicks = new Int32Array(FEATURE_LEVELS);
  readonly askLots = new Float64Array(FEATURE_LEVELS);

  get spreadTicks(): number {
    return this.askTicks[0]! - this.bidTicks[0]!;
  }

  /** Looks anew; false while a side is empty. */
  look(port: AgentPort, agent: number, instrument: number): boolean {
    const { bidTicks, bidLots, askTicks, askLots } = this;
    bidLots.fill(0);
    askLots.fill(0);
    const bids = port.depth(agent, instrument, BUY, bidTicks, bidLots, FEATURE_LEVELS);
    const asks = port.depth(agent, instrument, SELL, askTicks, askLots, FEATURE_LEVELS);
    return bids > 0 && asks > 0;
  }

  /** Lots at the best of a side. */
  touchOf(side: Side): number {
    return (side === BUY ? this.bidLots : this.askLots)[0]!;
  }

  /** Ticks from the best of a side to its second level. */
  gapOf(side: Side): number {
    const lots = side === BUY ? this.bidLots : this.askLots;
    const ticks = side === BUY ? this.bidTicks : this.askTicks;
    return lots[1]! > 0 ? Math.abs(ticks[0]! - ticks[1]!) : GAP_MAX;
  }
}
