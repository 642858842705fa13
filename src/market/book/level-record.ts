// hot: bench/book.ts
/**
 * Price levels of one book as records of 12 words (48 bytes): queues, counts, and the totals as float64, since a level
 * of large orders exceeds int32. Handle 0 is the null record; free handles form a list through L_HEAD.
 *
 * ```
 * word   0      1     2     3      4           5           6            7      8-9          10-11
 *        price  head  tail  count  hiddenHead  hiddenTail  hiddenCount  ladder shown (f64)  reserve (f64)
 * ```
 * `count` is the number of displayed orders, `hiddenCount` the length of the hidden queue, `ladder` which ladder of the
 * book the level stands in (1 to 4, 0 = free). `shown` and `reserve` are totals over all orders of the level.
 */

export const LEVEL_WORDS = 12;
export const L_PRICE = 0;
export const L_HEAD = 1;
export const L_TAIL = 2;
export const L_COUNT = 3;
export const L_HIDDEN_HEAD = 4;
export const L_HIDDEN_TAIL = 5;
export const L_HIDDEN_COUNT = 6;
export const L_LADDER = 7;
/** In doubles from the start of the record (level * LEVEL_DOUBLES). */
export const LEVEL_DOUBLES = LEVEL_WORDS / 2;
export const LD_SHOWN = 4;
export const LD_RESERVE = 5;
