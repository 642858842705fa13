import { EventBuffer } from '../../src/domain/index.ts';
import { DEFAULT_BOOK_RULES, FastBook } from '../../src/market/index.ts';
import { describeOrderBook } from './order-book.ts';

describeOrderBook(
  'FastBook',
  (rules) => new FastBook({ ...DEFAULT_BOOK_RULES, ...rules }, new EventBuffer()),
);
