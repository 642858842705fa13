/** Matching rules of a venue or of one instrument (docs/matching.md). */

import { z } from 'zod';
import { PROTECTION_TICKS_MAX } from '../market/index.ts';

export const rulesSchema = z.strictObject({
  icebergRefresh: z
    .enum(['roundRobin', 'roundRobinAfterHidden', 'displayThenHiddenTime'])
    .meta({ description: 'How an iceberg shows its next peak (docs/matching.md).' })
    .optional(),
  replaceLosesPriority: z
    .enum(['standard', 'always'])
    .meta({ description: 'Whether a decrease at the same price keeps its place.' })
    .optional(),
  replaceQty: z
    .enum(['total', 'open'])
    .meta({ description: "What a replace's quantity means: total with fills, or open." })
    .optional(),
  stopAlreadyTriggered: z
    .enum(['reject', 'enter'])
    .meta({ description: 'What happens to a stop that the last trade has triggered already.' })
    .optional(),
  stopLimitBeyondStop: z
    .enum(['reject', 'allow'])
    .meta({ description: "Whether a stop-limit's limit may be worse than its stop." })
    .optional(),
  protectionTicks: z
    .int()
    .min(0)
    .max(PROTECTION_TICKS_MAX)
    .nullable()
    .meta({
      description:
        'Market orders get a limit so many ticks beyond the best opposite price (stops: beyond their stop price) and rest there; null: none.',
      range: 'whole number 0 to 1000000000, or null',
    })
    .optional(),
});
