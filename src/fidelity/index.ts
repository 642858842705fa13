export * from './flow-stream.ts';
export * from './score-contract.ts';
