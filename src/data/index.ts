export * from './mbo-batch.ts';
export * from './quarantine.ts';
