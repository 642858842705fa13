export { replaceFile, syncAll, syncFile, syncFolder } from './durable.ts';
export { appendLine, readLines } from './line-file.ts';
export { isProcessAlive, ownProcessMark, type ProcessMark } from './process-mark.ts';
