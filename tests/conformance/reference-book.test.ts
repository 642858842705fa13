import { EventBuffer } from '../../src/domain/index.ts';
import { DEFAULT_BOOK_RULES, ReferenceBook } from '../../src/market/index.ts';
import { describeOrderBook } from './order-book.ts';

describeOrderBook(
  'reference book',
  (rules) => new ReferenceBook({ ...DEFAULT_BOOK_RULES, ...rules }, new EventBuffer()),
);
