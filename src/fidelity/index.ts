export { FlowBook } from './flow-book.ts';
export { FlowFromMbo, type FlowFromMboOptions, type FlowRemarks } from './flow-from-mbo.ts';
export * from './flow-stream.ts';
export * from './score-contract.ts';
