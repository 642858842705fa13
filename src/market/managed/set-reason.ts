/** What a venue adds to the records of its books: why a cancel happened that the book was only asked for. */

import { HEAD_CODE_SHIFT, WORD_HEAD } from '../../domain/index.ts';

/** Puts a reason in place of that of the cancel that starts at word `at`. */
export function setReason(words: Int32Array, at: number, reason: number): void {
  const head = words[at + WORD_HEAD]!;
  words[at + WORD_HEAD] = (head & ((1 << HEAD_CODE_SHIFT) - 1)) | (reason << HEAD_CODE_SHIFT);
}
