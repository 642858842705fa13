export { replaceFile, syncAll, syncFile, syncFolder } from './durable.ts';
export { type Hold, holderOf, holdFile } from './held-file.ts';
export { appendLine, LineWriter, readLines } from './line-file.ts';
export { isProcessAlive, ownProcessMark, type ProcessMark } from './process-mark.ts';
